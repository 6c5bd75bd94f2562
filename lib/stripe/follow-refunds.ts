import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import { database } from '@/lib/database'
import { transactStock } from '@/lib/inventory/transact-stock'
import { isNews } from '@/lib/payment-records/refund-rows'
import { planByAsking } from './apply-events'
import { applyPlans } from './apply-plans'
import { readBackground } from './background'
import { eachAlone, type Worked } from './each-alone'
import type { RefundFacts } from './facts'
import { planNews } from './plan'

/**
 * Applies refunds as Stripe has them now, as their webhooks would. Leaves out what we know already, and refunds of
 * payments that are not ours.
 *
 * @returns how many were news, and how many could not be applied
 */
export async function followRefunds(refunds: readonly RefundFacts[]): Promise<Worked> {
  return eachAlone(await withoutKnown(refunds), (refund) => refund.refundId, applyRefund)
}

async function applyRefund(facts: RefundFacts): Promise<boolean> {
  const news = { key: `refund:${facts.refundId}`, type: 'refund.updated' as const, facts }
  const planned = planNews(news, await readBackground(database(), [news]))
  const plan = planned === 'ask' ? await planByAsking(news) : planned
  await transactStock(async (trx) => {
    const { changedCities } = await applyPlans(trx, [plan])
    return { result: undefined, changedCities }
  })
  return true
}

async function withoutKnown(refunds: readonly RefundFacts[]): Promise<RefundFacts[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id
    from ${rowsOf(refunds, {
      id: ['text', (one) => one.refundId],
      payment_intent_id: ['text', (one) => one.paymentIntentId],
      status: ['text', (one) => one.status],
    })} r
    join payments p on p.payment_intent_id = r.payment_intent_id
    where not exists (
      select 1 from refunds known where known.id = r.id and not ${isNews('r.status', 'known.status')})`.execute(
    database(),
  )
  const fresh = new Set(rows.map((row) => row.id))
  return refunds.filter((refund) => fresh.has(refund.refundId))
}
