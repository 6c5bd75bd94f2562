import { type RawBuilder, sql } from 'kysely'
import { database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import {
  microsOf,
  momentOf,
  type Positioned,
  readTimeCursor,
  timePage,
  withoutPosition,
} from '@/lib/time-cursor'

export const eventStates = ['received', 'processed', 'ignored'] as const
export type EventState = (typeof eventStates)[number]

/** What Stripe told us, and what became of it. */
export interface StripeEventRow {
  id: string
  type: string
  state: EventState
  /** In words; null while it waits. */
  outcome: string | null
  /** Our payment, where the event led to one. */
  paymentId: string | null
  /** Who paid, where that is known. */
  email: string | null
  receivedAt: Date
}

export interface EventPage {
  /** In the order of their arrival, newest first. */
  events: StripeEventRow[]
  /** For the next, older page; null on the last one. */
  nextCursor: string | null
}

export interface EventQuery {
  state?: EventState | undefined
  /** An event, session or payment intent, exactly. */
  search?: string | undefined
  /** Those that the search fits: their events are found as well. */
  payments?: readonly NamesAtStripe[] | undefined
  /** Where the page before this one ended. A cursor that cannot be read means the beginning. */
  cursor?: string | undefined
  /** 1 to 200. */
  limit?: number
}

/** What of Stripe's a payment has: either may be what its events name. */
interface NamesAtStripe {
  sessionId: string | null
  paymentIntentId: string | null
}

/** A page of Stripe's events. */
export async function listStripeEvents(query: EventQuery = {}): Promise<EventPage> {
  const { state, cursor, search = '', payments = [] } = query
  const limit = Math.min(200, Math.max(1, query.limit ?? 50))
  const after = readTimeCursor(cursor, isStorableText)
  // Indexes: stripe_events_by_time, stripe_events_by_waiting, stripe_events_ignored; those of a search in `found`.
  const rows = await select(sql`
    ${state === undefined ? sql`true` : sql`e.state = ${state} and e.received_at < 'infinity'`}
    and ${search.trim() === '' ? sql`true` : found(search.trim(), payments)}
    and ${after ? sql`(e.received_at, e.id) < (${momentOf(after.micros)}, ${after.id})` : sql`true`}
    order by e.received_at desc, e.id desc limit ${limit + 1}`)
  const { page: events, nextCursor } = timePage(rows, limit)
  return { events, nextCursor }
}

/** The events of one payment, newest first, at most 100. */
export async function eventsOfPayment(payment: NamesAtStripe): Promise<StripeEventRow[]> {
  const rows = await select(sql`${named([payment])} order by e.received_at desc, e.id desc limit 100`)
  return rows.map(withoutPosition)
}

function found(text: string, payments: readonly NamesAtStripe[]): RawBuilder<unknown> {
  if (!isStorableText(text)) return sql`false`
  return sql`(e.id = ${text} or ${named([{ sessionId: text, paymentIntentId: text }, ...payments])})`
}

/** Indexes: stripe_events_by_session, stripe_events_by_payment_intent. */
function named(payments: readonly NamesAtStripe[]) {
  const sessions = payments.flatMap(({ sessionId }) => sessionId ?? [])
  const intents = payments.flatMap(({ paymentIntentId }) => paymentIntentId ?? [])
  return sql`(e.session_id = any(${sessions}::text[]) or e.payment_intent_id = any(${intents}::text[]))`
}

async function select(rest: RawBuilder<unknown>): Promise<Positioned<StripeEventRow>[]> {
  const { rows } = await sql<Positioned<StripeEventRow>>`
    select e.id, e.type, e.state, e.outcome, e.received_at as "receivedAt",
      ${microsOf(sql`e.received_at`)} as position,
      paid.id as "paymentId", paid.email
    from stripe_events e left join lateral
      (select p.id, p.email from payments p where p.session_id = e.session_id
       union all select p.id, p.email from payments p where p.payment_intent_id = e.payment_intent_id
       limit 1) paid on true
    where ${rest}`.execute(database())
  return rows
}
