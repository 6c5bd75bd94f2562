import { sql } from 'kysely'
import type { Connection } from '@/lib/database'
import type { Price } from '@/lib/cities'
import type { Charged, Command, PaymentReference } from '@/lib/inventory/commands'
import type { PoolId } from '@/lib/inventory/model'
import type { EventType } from './classify-event'
import {
  commandsOfExpired,
  commandsOfFailed,
  commandsOfPaid,
  commandsOfRefund,
  commandsOfUndecided,
  commandsOfUnpaid,
  effectOfSession,
  paymentOfSession,
} from './event-commands'
import type { DisputeFacts, EventFacts, RefundFacts, SessionFacts } from './facts'
import {
  type CityPrices,
  type LineItem,
  readTicketOrder,
  type ReservedOrder,
  type TicketOrder,
} from './ticket-order'

/** Something that Stripe told us: an event, or a session or refund that we looked up. */
export interface News {
  /** The event's id, or one made from what was looked up. */
  key: string
  type: EventType
  facts: EventFacts
}

/** What Stripe answered when it was asked about a piece of news. */
export type StripeAnswer =
  | { kind: 'line_items'; items: LineItem[] }
  | { kind: 'unknown_session' }
  | { kind: 'refunds'; refunds: RefundFacts[] }
  /** What a refund's payment came to; null where Stripe does not know it. */
  | { kind: 'charged'; charged: Charged | null }
  | { kind: 'owner'; ours: boolean }

/** What a piece of news asks for: commands for the stock, and what is recorded beside them. */
export interface Plan {
  news: News
  payment: PaymentReference | null
  groups: Command[][]
  /** Refunds to record before the seats are settled. */
  refunds: RefundFacts[]
  /** What the payment came to, as far as Stripe says so beside its refunds. */
  charged: Charged | null
  dispute: DisputeFacts | null
  /** A paid session that no sale can be made of. */
  problem: (TicketOrder & { kind: 'unreadable' }) | { kind: 'unknown_session' } | null
  order: (TicketOrder & { kind: 'order' }) | null
}

/** What planning reads without locks. It never changes, or is looked at again later. */
export interface Background {
  asked: Map<string, ReservedOrder>
  /** By city. */
  prices: Map<string, CityPrices>
  /** By payment intent, cents of succeeded refunds that we have recorded. */
  refunded: Map<string, number>
  /** Payment intents of sales whose amount is not known: what they came to decides about their refunds. */
  unpriced: Set<string>
  /** Payment intents whose order other code also sold by its session. It is not known which of the two was paid. */
  soldTwice: Set<string>
  /** Payment intents of ours. The dispute of another shop's payment on the same Stripe account gets no row. */
  ours: Set<string>
}

/** Reads what planning needs, by a fixed number of statements. */
export async function readBackground(connection: Connection, news: readonly News[]): Promise<Background> {
  const sessions = news.flatMap(({ facts }) => (facts.kind === 'session' ? [facts] : []))
  const intents = news.flatMap(({ facts }) => (facts.kind === 'charge' ? (facts.paymentIntentId ?? []) : []))
  const disputed = news.flatMap(({ facts }) =>
    facts.kind === 'dispute' ? (facts.paymentIntentId ?? []) : [],
  )
  const refunded = news.flatMap(({ facts }) =>
    facts.kind === 'refund' || facts.kind === 'charge' ? (facts.paymentIntentId ?? []) : [],
  )
  const background: Background = {
    asked: new Map(),
    prices: new Map(),
    refunded: new Map(),
    unpriced: new Set(),
    soldTwice: new Set(),
    ours: new Set(),
  }
  if (sessions.length > 0) {
    const ids = sessions.flatMap((facts) => facts.reservationId ?? [])
    const { rows } = await sql<ReservedOrder>`
      select id as "reservationId", city_id as "cityId", tier, quantity, amount_cents as "amountCents",
        session_id as "sessionId"
      from reservations where id = any(${ids}::text[])`.execute(connection)
    for (const row of rows) background.asked.set(row.reservationId, row)
    const cities = [...new Set(sessions.flatMap((facts) => facts.cityId?.trim() ?? []))]
    const prices = await sql<Price & PoolId>`
      select city_id as "cityId", tier, amount_cents as "amountCents", currency, stripe_price_id as "stripePriceId"
      from prices where city_id = any(${cities}::text[])`.execute(connection)
    for (const { cityId, tier, ...price } of prices.rows)
      background.prices.set(cityId, { ...background.prices.get(cityId), [tier]: price })
  }
  if (intents.length > 0) {
    const { rows } = await sql<{ intent: string; cents: number }>`
      select payment_intent_id as intent, sum(amount_cents)::bigint as cents from refunds
      where payment_intent_id = any(${intents}::text[]) and status = 'succeeded'
      group by payment_intent_id`.execute(connection)
    for (const row of rows) background.refunded.set(row.intent, row.cents)
  }
  if (refunded.length > 0) {
    // Indexes: payments_payment_intent, stripe_events_by_payment_intent, payments_session. `offset 0` has each payment's
    // events looked up.
    const { rows } = await sql<{ intent: string; isSoldTwice: boolean }>`
      select p.payment_intent_id as intent, exists (
        select from stripe_events paid join payments other on other.session_id = paid.session_id
        where paid.payment_intent_id = p.payment_intent_id and other.id <> p.id and other.seats_sold > 0
        offset 0) as "isSoldTwice"
      from payments p
      where p.payment_intent_id = any(${refunded}::text[]) and p.amount_cents is null and p.seats_sold > 0`.execute(
      connection,
    )
    for (const { intent, isSoldTwice } of rows) background[isSoldTwice ? 'soldTwice' : 'unpriced'].add(intent)
  }
  if (disputed.length > 0) {
    const { rows } = await sql<{ intent: string }>`
      select payment_intent_id as intent from payments
      where payment_intent_id = any(${disputed}::text[]) and (session_id is not null or state <> 'new')`.execute(
      connection,
    )
    for (const row of rows) background.ours.add(row.intent)
  }
  return background
}

/** The plan for one piece of news, or `ask` if Stripe has to be asked first. Pure. */
export function planNews(news: News, background: Background, answer?: StripeAnswer): Plan | 'ask' {
  const { facts } = news
  switch (facts.kind) {
    case 'session':
      return planSession(news, facts, background, answer)
    case 'refund': {
      const isUnpriced = background.unpriced.has(facts.paymentIntentId ?? '')
      if (isUnpriced && answer?.kind !== 'charged') return 'ask'
      const charged = answer?.kind === 'charged' ? answer.charged : null
      return { ...empty(news), ...refundOf(facts.paymentIntentId, charged), refunds: [facts] }
    }
    case 'charge': {
      const known = background.refunded.get(facts.paymentIntentId ?? '') ?? 0
      if (known !== facts.amountRefunded && answer?.kind !== 'refunds') return 'ask'
      const refunds = answer?.kind === 'refunds' ? answer.refunds : []
      const isSoldTwice = background.soldTwice.has(facts.paymentIntentId ?? '')
      const charged = isSoldTwice ? null : { cents: facts.amount, currency: facts.currency ?? null }
      return { ...empty(news), ...refundOf(facts.paymentIntentId, charged), refunds }
    }
    case 'dispute': {
      const known = background.ours.has(facts.paymentIntentId ?? '')
      if (!known && answer?.kind !== 'owner') return 'ask'
      if (answer?.kind === 'owner' && !answer.ours) return empty(news)
      return { ...empty(news), payment: { paymentIntentId: facts.paymentIntentId }, dispute: facts }
    }
  }
}

function planSession(
  news: News,
  facts: SessionFacts,
  background: Background,
  answer?: StripeAnswer,
): Plan | 'ask' {
  const effect = effectOfSession(news.type, facts)
  // No money is behind a session that expired, so it leaves no payment.
  if (effect === 'expired') return { ...empty(news), groups: commandsOfExpired(facts) }
  const plan = { ...empty(news), payment: paymentOfSession(facts) }
  switch (effect) {
    case 'unpaid':
      return { ...plan, groups: commandsOfUnpaid(facts) }
    case 'failed':
      return { ...plan, groups: commandsOfFailed(facts) }
    case null:
      return plan
    case 'paid': {
      if (answer?.kind === 'unknown_session') return { ...plan, problem: { kind: 'unknown_session' } }
      const asked = background.asked.get(facts.reservationId ?? '') ?? null
      const prices = background.prices.get(facts.cityId?.trim() ?? '') ?? {}
      const items = answer?.kind === 'line_items' ? answer.items : undefined
      const order = readTicketOrder(facts, { asked, prices, items })
      if (order.kind === 'ask') return 'ask'
      if (order.kind === 'unreadable') return { ...plan, problem: order, groups: commandsOfUndecided(facts) }
      return { ...plan, order, groups: commandsOfPaid(facts, order) }
    }
  }
}

function refundOf(
  paymentIntentId: string | null,
  charged: Charged | null,
): Pick<Plan, 'payment' | 'groups' | 'charged'> {
  const payment = { paymentIntentId }
  return { payment, groups: commandsOfRefund(payment, charged), charged }
}

function empty(news: News): Plan {
  return {
    news,
    payment: null,
    groups: [],
    refunds: [],
    charged: null,
    dispute: null,
    problem: null,
    order: null,
  }
}
