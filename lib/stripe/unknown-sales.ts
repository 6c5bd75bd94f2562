import { sql } from 'kysely'
import { database } from '@/lib/database'
import { openExceptions } from '@/lib/payments/exceptions'
import { transact } from '@/lib/queues/transaction'
import { stripe } from './client'
import { eachAlone, type Worked } from './each-alone'
import { isPaid } from './event-commands'
import { sessionFacts } from './facts'
import { isMissing } from './failure'

interface Sale {
  id: string
  sessionId: string | null
  paymentIntentId: string | null
  cityId: string
  tier: string
  quantity: number
}

/**
 * Reports recent sales that name a session or a payment which Stripe does not know as paid: a forged webhook, or
 * somebody writing into the database. The sale stays until a person decides; a sale is checked once. Sales that
 * name neither were made by hand.
 *
 * @returns how many were reported
 */
export async function reportUnknownSales(since: Date): Promise<Worked> {
  return eachAlone(await uncheckedSales(since), (sale) => sale.id, check)
}

async function check(sale: Sale): Promise<boolean> {
  const isKnown = await isPaidAtStripe(sale)
  const opened = await transact(async (trx) => {
    await sql`select 1 from payments where id = ${sale.id} for update`.execute(trx)
    await sql`update payments set checked_at = app_now() where id = ${sale.id}`.execute(trx)
    if (isKnown) return []
    const { id: paymentId, cityId, tier, quantity } = sale
    const detail = 'This sale names a payment that Stripe does not know as paid'
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
      and seats_sold > seats_returned and coalesce(session_id, payment_intent_id) is not null
    order by sold_at limit 1000`.execute(database())
  return rows
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
