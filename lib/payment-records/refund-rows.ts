import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { RefundStatus } from '@/db/tables/money'
import type { Trx } from '@/lib/database'

/** What there is to record of a refund. */
export interface RefundNews {
  refundId: string
  /** Null: a refund of no payment intent, which is none of ours. */
  paymentIntentId: string | null
  /** In the smallest unit. */
  amount: number
  status: RefundStatus
}

/**
 * Records refunds, in order of id. News of one refund comes in any order, so a status only moves forward:
 * pending or requires_action, then succeeded, then failed or canceled.
 */
export async function recordRefunds(trx: Trx, refunds: readonly RefundNews[]): Promise<void> {
  const latest = new Map<string, RefundNews>()
  for (const refund of refunds) {
    if (refund.paymentIntentId === null) continue
    const known = latest.get(refund.refundId)
    if (!known || rank[known.status] <= rank[refund.status]) latest.set(refund.refundId, refund)
  }
  if (latest.size === 0) return
  const rows = [...latest.values()].sort((a, b) => (a.refundId < b.refundId ? -1 : 1))
  await sql`
    insert into refunds (id, payment_intent_id, amount_cents, status)
    select * from ${rowsOf(rows, {
      id: ['text', (one) => one.refundId],
      payment_intent_id: ['text', (one) => one.paymentIntentId],
      amount_cents: ['bigint', (one) => one.amount],
      status: ['text', (one) => one.status],
    })} new
    on conflict (id) do update set status = excluded.status, amount_cents = excluded.amount_cents, updated_at = app_now()
    where ${isNews('excluded.status', 'refunds.status')}`.execute(trx)
}

/** Whether a status says more than the one that is known. Pending and requires_action may follow each other. */
export function isNews(status: string, known: string) {
  return sql<boolean>`(${rankOf(status)} > ${rankOf(known)}
    or (${rankOf(status)} = 0 and ${rankOf(known)} = 0 and ${sql.ref(status)} <> ${sql.ref(known)}))`
}

const rank: Record<RefundStatus, number> = {
  pending: 0,
  requires_action: 0,
  succeeded: 1,
  failed: 2,
  canceled: 2,
}

function rankOf(column: string) {
  const cases = Object.entries(rank).map(
    ([status, place]) => sql`when ${sql.lit(status)} then ${sql.lit(place)}`,
  )
  return sql`case ${sql.ref(column)} ${sql.join(cases, sql` `)} end`
}
