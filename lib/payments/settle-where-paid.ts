import { sql } from 'kysely'
import { database, type Trx } from '@/lib/database'
import { transact } from '@/lib/queues/transaction'
import { readStripeFailure } from '@/lib/stripe/failure'
import { faultOfSale, type NamedSale } from '@/lib/stripe/sale-fault'
import { closeClaimed, type ExceptionClaim } from './exception-claims'
import { refuse, type ResolutionResult } from './resolution-result'

/**
 * Asks Stripe again about a sale that it did not know as paid. Its news found the order sold and changed nothing, so
 * whoever takes the sale back after that forgets the money. Where nothing is wrong any more, the exception is settled.
 *
 * @returns null where the sale is as wrong as it was
 */
export async function settleWherePaid(claim: ExceptionClaim): Promise<ResolutionResult | null> {
  try {
    if ((await faultOfSale(await namesOf(claim))) !== null) return null
  } catch (error) {
    readStripeFailure(error)
    return refuse('payment_unavailable', 'Stripe did not answer clearly. Try again; no seat was given back')
  }
  await transact(async (trx) => {
    await sql`select 1 from payments where id = ${claim.paymentId} for update`.execute(trx)
    await closeClaimed(trx, claim, { resolution: 'settled' })
  })
  return { ok: true, resolution: 'paid' }
}

/**
 * Whether news that a sale is paid was applied after Stripe had been asked, under the payment's lock: what comes later
 * finds no sale any more, and sells.
 */
export async function isToldOfSince(trx: Trx, { paymentId, claimedAt }: ExceptionClaim): Promise<boolean> {
  // Indexes: the primary key of payments, stripe_events_by_session, stripe_events_by_payment_intent.
  const { rows } = await sql`
    select from payments p
    cross join lateral (
      select * from stripe_events where session_id = p.session_id
      union all
      select * from stripe_events where payment_intent_id = p.payment_intent_id) told
    where p.id = ${paymentId} and told.state = 'processed' and told.processed_at >= ${claimedAt}::timestamptz
      and told.type in ('checkout.session.completed', 'checkout.session.async_payment_succeeded')
    limit 1`.execute(trx)
  return rows.length > 0
}

export const toldMeanwhile = refuse(
  'numbers_moved',
  'Stripe has told of this payment meanwhile; look at the exception again',
)

async function namesOf({ paymentId }: ExceptionClaim): Promise<NamedSale> {
  return database()
    .selectFrom('payments')
    .select(['id', 'session_id as sessionId', 'payment_intent_id as paymentIntentId'])
    .where('id', '=', paymentId)
    .executeTakeFirstOrThrow()
}
