import { type RawBuilder, sql } from 'kysely'
import { selectPaymentIds } from '@/lib/inventory/payment-ids'
import { momentOf, type TimeCursor } from '@/lib/time-cursor'

/** Which of an address's payments are wanted. */
export interface NewestOfAddress {
  /** Payments at most; by default all that there are. */
  limit?: number
  /** Only those older than this one. */
  after?: TimeCursor | null
}

/**
 * A query for the ids of the payments that a search fits: exactly one of a Checkout Session, a payment intent, a
 * reservation, a refund, our own id, or an email address in any case. Indexes: those of `selectPaymentIds`, the primary
 * key of refunds, payments_by_day_and_email.
 */
export function selectFoundIds(text: string, newest: NewestOfAddress = {}): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    ${selectPaymentIds(text)}
    union select back.id from refunds r join payments back on back.payment_intent_id = r.payment_intent_id
      where r.id = ${text}
    union (${idsByEmail(text.toLowerCase(), newest)})`
}

/** The newest payments of an email address. The index is by day, then by address, so each day takes one probe. */
function idsByEmail(email: string, { limit, after = null }: NewestOfAddress) {
  const most = limit === undefined ? sql`all` : sql`${limit}`
  const lastDay = after
    ? sql`least(max(${day}), (${momentOf(after.micros)} at time zone 'UTC')::date)`
    : sql`max(${day})`
  return sql`
    with days as (
      select min(${day}) as first, ${lastDay} as last from payments where email is not null)
    select found.id
    from days
    cross join generate_series(0, days.last - days.first) as back
    cross join lateral (
      select id, created_at from payments
      where ${day} = days.last - back and email = ${email} and ${isOlder(after, sql`created_at, id`)}
      order by created_at desc, id desc limit ${most}) found
    order by found.created_at desc, found.id desc limit ${most}`
}

/** @param columns a payment's moment and id */
export function isOlder(after: TimeCursor | null, columns: RawBuilder<unknown>): RawBuilder<boolean> {
  return after ? sql<boolean>`(${columns}) < (${momentOf(after.micros)}, ${after.id})` : sql<boolean>`true`
}

/** As payments_by_day_and_email has it. */
const day = sql`(created_at at time zone 'UTC')::date`
