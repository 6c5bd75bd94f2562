import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import { database } from '@/lib/database'
import { isNews } from '@/lib/payment-records/refund-rows'
import { applyLookedUp } from './apply-looked-up'
import { eachAlone, type Worked } from './each-alone'
import type { RefundFacts } from './facts'

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
  await applyLookedUp({ key: `refund:${facts.refundId}`, type: 'refund.updated', facts })
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
