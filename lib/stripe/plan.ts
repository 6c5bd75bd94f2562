import type { Charged, Command, PaymentReference } from '@/lib/inventory/commands'
import type { Background } from './background'
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
import { type LineItem, readTicketOrder, type TicketOrder } from './ticket-order'

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
