import { sql } from 'kysely'
import { database } from '@/lib/database'
import { openExceptions } from '@/lib/payment-records/exceptions'
import { transact } from '@/lib/queues/transaction'
import { stripe } from './client'
import { eachAlone, type Worked } from './each-alone'
import { metadataIsOurs } from './facts'
import { isMissing } from './failure'
import { followFacts } from './follow-session'
import { findOurSession } from './our-session'

/** How long a sale may still be on its way after its refund or dispute. */
const waitMinutes = 60
/** Payments that one run asks about. */
const atOnce = 100

interface Parked {
  id: string
  paymentIntentId: string
}

/**
 * Places refunds and disputes of payments that are still unknown after an hour. Stripe is asked once to which
 * session each payment belongs:
 * - A session of ours is applied.
 * - If the money is ours but no session can be applied, an exception is opened.
 * - What belongs to another shop on the same account is left alone.
 *
 * @returns how many were ours
 */
export async function placeParkedPayments(): Promise<Worked> {
  return eachAlone(await parkedPayments(), (parked) => parked.id, place)
}

async function parkedPayments(): Promise<Parked[]> {
  // Index: payments_by_waiting, which `infinity` names.
  const { rows } = await sql<Parked>`
    select p.id, p.payment_intent_id as "paymentIntentId" from payments p
    where p.state = 'new' and p.session_id is null and p.payment_intent_id is not null and p.checked_at is null
      and p.created_at < 'infinity' and p.created_at <= app_now() - make_interval(mins => ${waitMinutes})
      and (p.dispute is not null
        or exists (select 1 from refunds r where r.payment_intent_id = p.payment_intent_id))
    order by p.created_at limit ${atOnce}`.execute(database())
  return rows
}

async function place(parked: Parked): Promise<boolean> {
  const session = await findOurSession(parked.paymentIntentId)
  if (session) await followFacts(session)
  const ours = session !== null || (await isIntentOurs(parked.paymentIntentId))
  await transact(async (trx) => {
    // This locks the payment as well.
    const { rows } = await sql<{ state: string; amount_cents: number | null; currency: string | null }>`
      update payments set checked_at = app_now() where id = ${parked.id}
      returning state, amount_cents, currency`.execute(trx)
    const [payment] = rows
    if (!ours || payment?.state !== 'new') return
    const refunded = await sql<{ cents: number }>`
      select coalesce(sum(amount_cents), 0)::bigint as cents from refunds
      where payment_intent_id = ${parked.paymentIntentId} and status = 'succeeded'`.execute(trx)
    await openExceptions(trx, [
      {
        paymentId: parked.id,
        kind: 'unmatched_refund',
        amountCents: payment.amount_cents,
        currency: payment.currency,
        refundedCents: refunded.rows[0]?.cents ?? 0,
        detail: `Money of payment ${parked.paymentIntentId} went back, but there is no sale or session of ours for it`,
      },
    ])
  })
  return ours
}

/** Whether a payment intent without a session carries our metadata. */
async function isIntentOurs(paymentIntentId: string): Promise<boolean> {
  try {
    return metadataIsOurs((await stripe().paymentIntents.retrieve(paymentIntentId)).metadata)
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
