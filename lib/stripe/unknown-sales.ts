import { sql } from 'kysely'
import { database } from '@/lib/database'
import { openExceptions } from '@/lib/payments/exceptions'
import { transact } from '@/lib/queues/transaction'
import { stripe } from './client'
import { eachAlone, type Worked } from './each-alone'
import { isPaid } from './event-commands'
import { sessionFacts } from './facts'
import { isMissing } from './failure'
import { findOurSession } from './our-session'

interface Sale {
  id: string
  sessionId: string | null
  paymentIntentId: string | null
  cityId: string
  tier: string
  quantity: number
}

/**
 * Reports recent sales that name a session or payment intent which Stripe does not know as paid, as a forged
 * webhook or a write into the database would make them. Also reports orders that other code sold twice, once by the
 * payment intent and once by the session. The sale stays until an admin decides. Each sale is checked once. Sales
 * that name neither were made by hand.
 *
 * @returns how many were reported
 */
export async function reportUnknownSales(since: Date): Promise<Worked> {
  return eachAlone(await uncheckedSales(since), (sale) => sale.id, check)
}

async function check(sale: Sale): Promise<boolean> {
  const detail = await faultOf(sale)
  const opened = await transact(async (trx) => {
    await sql`select 1 from payments where id = ${sale.id} for update`.execute(trx)
    await sql`update payments set checked_at = app_now() where id = ${sale.id}`.execute(trx)
    if (detail === null) return []
    const { id: paymentId, cityId, tier, quantity } = sale
    return openExceptions(trx, [{ paymentId, kind: 'unknown_to_stripe', cityId, tier, quantity, detail }])
  })
  return opened.length > 0
}

async function uncheckedSales(since: Date): Promise<Sale[]> {
  // Index: payments_by_sale_time.
  const { rows } = await sql<Sale>`
    select id, session_id as "sessionId", payment_intent_id as "paymentIntentId", city_id as "cityId", tier,
      seats_sold as quantity
    from payments
    where sold_at >= ${since}::timestamptz and (checked_at is null or checked_at < sold_at)
      and (seats_sold > seats_returned or session_id is null)
      and coalesce(session_id, payment_intent_id) is not null
    order by sold_at limit 1000`.execute(database())
  return rows
}

/** What is wrong with a sale, for the admin who decides about it; null if nothing is. */
async function faultOf(sale: Sale): Promise<string | null> {
  if (!(await isPaidAtStripe(sale))) return 'This sale names a payment that Stripe does not know as paid'
  if (sale.sessionId !== null || sale.paymentIntentId === null) return null
  const session = await findOurSession(sale.paymentIntentId)
  if (session === null) return null
  // Index: payments_session.
  const { rows } = await sql`
    select from payments where session_id = ${session.sessionId} and id <> ${sale.id} and seats_sold > 0`.execute(
    database(),
  )
  return rows.length === 0 ? null : `The same order is also sold as ${session.sessionId}`
}

async function isPaidAtStripe({ sessionId, paymentIntentId }: Sale): Promise<boolean> {
  try {
    if (sessionId !== null)
      return isPaid(sessionFacts.parse(await stripe().checkout.sessions.retrieve(sessionId)))
    if (paymentIntentId === null) return true
    return (await stripe().paymentIntents.retrieve(paymentIntentId)).status === 'succeeded'
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
