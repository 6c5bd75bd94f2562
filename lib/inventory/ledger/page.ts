import { type RawBuilder, sql } from 'kysely'
import type { LedgerOperation } from '@/db/tables/stock'
import { database } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import type { LedgerRow } from './hash'
import { formatCursor, type LedgerCursor, type LedgerFilter } from './query'
import { selectPaymentIds } from '../payment-ids'

/** A row of the ledger as it is read. Figures in seats, times in UTC. */
export interface LedgerPageRow extends LedgerRow {
  id: number
  tier: Tier
  operation: LedgerOperation
}

export interface LedgerPage {
  rows: LedgerPageRow[]
  /** For the following, older page; null on the last one. */
  nextCursor: string | null
}

export interface LedgerPageQuery extends LedgerFilter {
  cursor?: LedgerCursor | undefined
  /** Rows at most, 1 to 1,000. Default 50. */
  limit?: number | undefined
}

/**
 * A page of one city's ledger, newest first. Each filter has an index, so a page costs what a page holds, not
 * what the ledger holds.
 */
export async function readLedgerPage(cityId: string, query: LedgerPageQuery = {}): Promise<LedgerPage> {
  const limit = Math.min(1_000, Math.max(1, query.limit ?? 50))
  const { rows } = await ledgerPageSql(cityId, query, limit + 1).execute(database())
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, nextCursor: rows.length > limit && last ? formatCursor(last) : null }
}

/** All rows of one payment in any city, oldest first. */
export async function readPaymentLedger(paymentId: string): Promise<LedgerPageRow[]> {
  // Index: inventory_transactions_by_payment. A payment has a handful of rows; the limit is for forged ones.
  const { rows } = await sql<LedgerPageRow>`
    select ${columns} from inventory_transactions t where payment_id = ${paymentId} order by id limit 1000`.execute(
    database(),
  )
  return rows
}

/**
 * The statement of a page; a test reads its plan. With a range of time the order is by time, then id, so that
 * the range is where the reading begins; otherwise by id, which is the order of the sequence.
 *
 * The city comes first in the order and in every comparison, and is bounded rather than equal: with an equality
 * the planner would walk back through all cities' rows by the primary key, past millions for a city of long ago.
 */
function ledgerPageSql(cityId: string, query: LedgerPageQuery, limit: number): RawBuilder<LedgerPageRow> {
  const byTime = query.from !== undefined || query.until !== undefined
  const order = byTime ? sql`t.city_id desc, t.occurred_at desc, t.id desc` : sql`t.city_id desc, t.id desc`
  const conditions = [
    sql`t.city_id >= ${cityId}`,
    ...(query.from ? [sql`(t.city_id, t.occurred_at) >= (${cityId}, ${query.from}::timestamptz)`] : []),
    upperBoundSql(cityId, query, byTime),
    ...filterSql(query),
  ]
  return sql<LedgerPageRow>`
    select ${columns} from inventory_transactions t
    where ${sql.join(conditions, sql` and `)}
    order by ${order} limit ${limit}`
}

/**
 * Indexes: inventory_transactions_page without a filter; _by_people for names and for the operations of admins;
 * _restocks for returned seats (the conditions of these two are spelled out, so that the planner can use them);
 * _by_time; _by_payment.
 */
function filterSql({ tier, operation, who, payment }: LedgerFilter): RawBuilder<unknown>[] {
  return [
    ...(tier ? [sql`t.tier = ${tier}`] : []),
    ...(operation ? [operationSql(operation)] : []),
    ...(who
      ? [
          sql`(t.actor is not null or t.authorized_by is not null) and (t.actor = ${who} or t.authorized_by = ${who})`,
        ]
      : []),
    ...(payment ? [sql`t.payment_id = any(array(${selectPaymentIds(payment)}))`] : []),
  ]
}

function operationSql(operation: LedgerOperation): RawBuilder<unknown> {
  switch (operation) {
    case 'decrement':
      return sql`t.operation = 'decrement'`
    case 'restock':
      return sql`t.operation = 'restock'`
    case 'open':
    case 'expand':
    case 'reduce':
    case 'relimit':
    case 'reset':
    case 'undo':
      return sql`t.operation = ${operation} and t.operation not in ('decrement', 'restock')`
  }
}

/**
 * The single upper bound, where the reading begins. Of several bounds PostgreSQL takes the first as its start, and
 * passes over all rows up to the nearest: for a page deep in a ledger these are nearly all.
 */
function upperBoundSql(
  cityId: string,
  { until, cursor }: LedgerPageQuery,
  byTime: boolean,
): RawBuilder<unknown> {
  if (cursor && !byTime) return sql`(t.city_id, t.id) < (${cityId}, ${cursor.id}::bigint)`
  if (cursor && !(until && until <= cursor.occurredAt))
    return sql`(t.city_id, t.occurred_at, t.id) < (${cityId}, ${cursor.occurredAt}::timestamptz, ${cursor.id}::bigint)`
  if (until) return sql`(t.city_id, t.occurred_at) < (${cityId}, ${until}::timestamptz)`
  return sql`t.city_id <= ${cityId}`
}

const columns = sql.raw(
  `t.id, t.city_id as "cityId", t.tier, t.sequence, t.epoch, t.operation, t.quantity,
   t.sold_before as "soldBefore", t.sold_after as "soldAfter",
   t.public_limit_before as "publicLimitBefore", t.public_limit_after as "publicLimitAfter",
   t.actual_limit_before as "actualLimitBefore", t.actual_limit_after as "actualLimitAfter",
   t.payment_id as "paymentId", t.payment_intent_id as "paymentIntentId", t.session_id as "sessionId",
   t.reservation_id as "reservationId", t.actor, t.authorized_by as "authorizedBy", t.reason,
   t.occurred_at as "occurredAt"`,
)
