import { type RawBuilder, sql } from 'kysely'
import type { PaymentState, RefundStatus } from '@/db/tables/money'
import { database } from '@/lib/database'
import { withKeptLeft } from '@/lib/inventory/decide/seats-for-money'
import { keptCents, refundedCents } from '@/lib/inventory/payment-columns'
import { isStorableText } from '@/lib/outside-text'
import { atTheBankSql } from '@/lib/payment-records/refund-status'
import type { Tier } from '@/lib/tier'
import { microsOf, type Positioned, readTimeCursor, timePage, withoutPosition } from '@/lib/time-cursor'
import { isOlder, selectFoundIds } from './found-payment-ids'

/** A payment as lists show it. Amounts in the currency's smallest unit, seats in seats. */
export interface PaymentSummary {
  id: string
  state: PaymentState
  cityId: string | null
  cityName: string | null
  tier: Tier | null
  seatsSold: number
  /** What its money was paid for, where a person gave it another number of seats. */
  seatsPaid: number | null
  seatsReturned: number
  amountCents: number | null
  /** The sum of the succeeded refunds. */
  refundedCents: number
  /** What lost disputes took, or was kept, as far as its seats were given back. */
  lostCents: number
  /** A refund is at the bank. */
  isRefunding: boolean
  currency: string | null
  email: string | null
  paymentIntentId: string | null
  sessionId: string | null
  reservationId: string | null
  /** The worst of its disputes: open before lost before won. */
  dispute: 'open' | 'won' | 'lost' | null
  epoch: number | null
  createdAt: Date
  soldAt: Date | null
}

export interface PaymentRefund {
  id: string
  amountCents: number
  status: RefundStatus
  createdAt: Date
}

/** A payment with what belongs to it. Its ledger rows are `readPaymentLedger`'s. */
export interface PaymentDetails extends PaymentSummary {
  refunds: PaymentRefund[]
  /** Newest first. */
  exceptionIds: number[]
}

/** A page of payments, newest first. */
export interface PaymentList {
  payments: PaymentSummary[]
  /** For the next, older page; null on the last one. */
  nextCursor: string | null
}

export interface PaymentListQuery {
  /** Where the page before this one ended; one that cannot be read is the beginning. */
  cursor?: string | undefined
  /** Payments at most. */
  limit?: number
}

/** Payments found at most on a page; a search is by ids and addresses, which belong to few. */
export const mostFound = 50

/** A page of the payments that a search fits: see `selectFoundIds`. */
export async function findPaymentPage(
  search: string,
  { cursor, limit = mostFound }: PaymentListQuery = {},
): Promise<PaymentList> {
  const text = search.trim()
  if (!isStorableText(text)) return { payments: [], nextCursor: null }
  const after = readTimeCursor(cursor, isStorableText)
  const rows = await select(sql`p.id = any(array(${selectFoundIds(text, { limit: limit + 1, after })}))
    and ${isOlder(after, sql`p.created_at, p.id`)}
    order by p.created_at desc, p.id desc limit ${limit + 1}`)
  return toList(rows, limit)
}

/** A stretch of time, without its end. */
export interface Stretch {
  from: Date
  to: Date
}

const weekMs = 7 * 86_400_000

/**
 * The weeks from the newest payment back to the first, for `paymentsWithin`: the index by time has no order, so that a
 * stretch is sorted each time. Reads all payments once, as whoever takes all these weeks does anyway.
 */
export async function weeksOfPayments(): Promise<Stretch[]> {
  const { rows } = await sql<{ first: Date | null; last: Date | null }>`
    select min(created_at) as first, max(created_at) as last from payments`.execute(database())
  const { first = null, last = null } = rows[0] ?? {}
  if (!first || !last) return []
  const weeks: Stretch[] = []
  // A date of JavaScript is up to a millisecond early.
  for (let to = last.getTime() + 1; to > first.getTime(); to -= weekMs)
    weeks.push({ from: new Date(to - weekMs), to: new Date(to) })
  return weeks
}

/** A page of the payments that were first heard of within a stretch of time. */
export async function paymentsWithin(
  { from, to }: Stretch,
  { cursor, limit = 100 }: PaymentListQuery = {},
): Promise<PaymentList> {
  const after = readTimeCursor(cursor, isStorableText)
  // Index: payments_by_time.
  const rows = await select(sql`p.created_at >= ${from}::timestamptz and p.created_at < ${to}::timestamptz
    and ${isOlder(after, sql`p.created_at, p.id`)}
    order by p.created_at desc, p.id desc limit ${limit + 1}`)
  return toList(rows, limit)
}

/** Payments with a dispute that waits for an answer, or is not decided yet. */
export async function openlyDisputed({ cursor, limit = 100 }: PaymentListQuery = {}): Promise<PaymentList> {
  const after = readTimeCursor(cursor, isStorableText)
  // Index: payments_in_dispute.
  const rows = await select(sql`p.dispute = 'open' and p.created_at < 'infinity'
    and ${isOlder(after, sql`p.created_at, p.id`)}
    order by p.created_at desc, p.id desc limit ${limit + 1}`)
  return toList(rows, limit)
}

function toList(rows: readonly Positioned<PaymentSummary>[], limit: number): PaymentList {
  const { page: payments, nextCursor } = timePage(rows, limit)
  return { payments, nextCursor }
}

/** One payment, or null. */
export async function getPayment(id: string): Promise<PaymentDetails | null> {
  if (!isStorableText(id)) return null
  const [found] = await select(sql`p.id = ${id}`)
  if (!found) return null
  const payment = withoutPosition(found)
  const [refunds, exceptions] = await Promise.all([
    database()
      .selectFrom('refunds')
      .select(['id', 'amount_cents as amountCents', 'status', 'created_at as createdAt'])
      .where('payment_intent_id', '=', payment.paymentIntentId ?? '')
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(100)
      .execute(),
    database()
      .selectFrom('payment_exceptions')
      .select('id')
      .where('payment_id', '=', id)
      .orderBy('id', 'desc')
      .limit(100)
      .execute(),
  ])
  return { ...payment, refunds, exceptionIds: exceptions.map((row) => row.id) }
}

/**
 * Index, for each payment's refunds: refunds_by_payment_intent. `offset 0` has each payment's looked up: for many payments,
 * all refunds would be read.
 */
async function select(rest: RawBuilder<unknown>): Promise<Positioned<PaymentSummary>[]> {
  const { rows } = await sql<Positioned<PaymentSummary> & { keptCents: number }>`
    select p.id, p.state, p.city_id as "cityId", c.name as "cityName", p.tier, p.seats_sold as "seatsSold",
      p.seats_paid as "seatsPaid", p.seats_returned as "seatsReturned",
      p.amount_cents as "amountCents", p.lost_cents as "lostCents", ${keptCents('p')} as "keptCents",
      p.currency, p.email,
      p.payment_intent_id as "paymentIntentId", p.session_id as "sessionId", p.reservation_id as "reservationId",
      p.dispute, p.epoch, p.created_at as "createdAt", p.sold_at as "soldAt",
      ${microsOf(sql`p.created_at`)} as position,
      ${refundedCents('p')} as "refundedCents",
      exists (select from refunds way
        where way.payment_intent_id = p.payment_intent_id and ${atTheBankSql('way')} offset 0) as "isRefunding"
    from payments p left join cities c on c.id = p.city_id
    where ${rest}`.execute(database())
  return rows.map((row) => {
    const { keptCents: _, ...payment } = withKeptLeft(row)
    return payment
  })
}
