import { randomUUID } from 'node:crypto'
import type { Hold } from '@/lib/inventory/commands'
import type { EventType } from '@/lib/stripe/classify-event'
import { refundFacts } from '@/lib/stripe/facts'
import type { StripeAnswer } from '@/lib/stripe/plan'
import type { Tier } from '@/lib/tier'
import { ticketPrice } from './city'

/** An event as Stripe sends it, and what Stripe says when it is asked about it. */
export interface StripeEvent {
  id: string
  type: EventType
  object: Record<string, unknown>
  answer?: StripeAnswer
}

export interface GivenTicket {
  cityId: string
  tier?: Tier
  quantity?: number
  /** The reservation that its session names; another ticket's for a second session of the same one. */
  reservationId?: string | null
}

/** One customer's order, and all that Stripe may say about it. */
export interface Ticket {
  sessionId: string
  intent: string
  /** What its session names; null for a payment link. */
  reservationId: string | null
  /** The hold that it may begin with. */
  hold: Hold
  completed: () => StripeEvent
  /** Completed, with a payment that takes days. */
  completedUnpaid: () => StripeEvent
  /** Completed by a coupon for all of it. */
  completedFree: () => StripeEvent
  asyncSucceeded: () => StripeEvent
  asyncFailed: () => StripeEvent
  expired: () => StripeEvent
  /** News of a refund, the first, second … of this order. */
  refund: (number: number, cents: number, status: 'pending' | 'succeeded' | 'failed') => StripeEvent
  /** The charge with the sum refunded; Stripe then lists these refunds. */
  chargeRefunded: (...refunds: StripeEvent[]) => StripeEvent
  disputeCreated: () => StripeEvent
  disputeClosed: (status: 'won' | 'lost') => StripeEvent
}

export function aTicket(given: GivenTicket): Ticket {
  const { cityId, tier = 'ga', quantity = 1 } = given
  const name = randomUUID()
  const reservationId = given.reservationId === undefined ? `r-${name}` : given.reservationId
  const amount = ticketPrice[tier] * quantity
  const [sessionId, intent, charge] = [`cs_${name}`, `pi_${name}`, `ch_${name}`]
  const session = (status: string, paymentStatus: string, total = amount) => ({
    id: sessionId,
    object: 'checkout.session',
    mode: 'payment',
    status,
    payment_status: paymentStatus,
    payment_intent: total === 0 ? null : intent,
    amount_subtotal: amount,
    amount_total: total,
    currency: 'usd',
    client_reference_id: reservationId,
    customer_email: null,
    customer_details: { email: 'Ada@example.com' },
    metadata: {
      cityId,
      ticketType: tier,
      quantity: String(quantity),
      ...(reservationId !== null && { reservationId }),
    },
  })
  const dispute = (status: string) => ({ id: `dp_${name}`, payment_intent: intent, charge, amount, status })
  const event = (type: EventType, object: Record<string, unknown>, answer?: StripeAnswer): StripeEvent => ({
    id: `evt_${randomUUID()}`,
    type,
    object,
    ...(answer && { answer }),
  })
  const ours: StripeAnswer = { kind: 'owner', ours: true }
  return {
    sessionId,
    intent,
    reservationId,
    hold: {
      type: 'hold',
      cityId,
      tier,
      quantity,
      reach: 'by_setting',
      reservationId: reservationId ?? `r-${name}`,
      checkout: { parameters: {}, amountCents: amount, currency: 'usd' },
    },
    completed: () => event('checkout.session.completed', session('complete', 'paid')),
    completedUnpaid: () => event('checkout.session.completed', session('complete', 'unpaid')),
    completedFree: () => event('checkout.session.completed', session('complete', 'no_payment_required', 0)),
    asyncSucceeded: () => event('checkout.session.async_payment_succeeded', session('complete', 'paid')),
    asyncFailed: () => event('checkout.session.async_payment_failed', session('complete', 'unpaid')),
    expired: () => event('checkout.session.expired', session('expired', 'unpaid')),
    refund: (number, cents, status) =>
      event(
        status === 'failed' ? 'refund.failed' : status === 'pending' ? 'refund.created' : 'refund.updated',
        {
          id: `re_${number}_${name}`,
          payment_intent: intent,
          charge,
          amount: cents,
          status,
        },
      ),
    chargeRefunded: (...refunds) =>
      event(
        'charge.refunded',
        {
          id: charge,
          payment_intent: intent,
          amount,
          amount_refunded: refunds.reduce((sum, { object }) => sum + Number(object.amount), 0),
        },
        { kind: 'refunds', refunds: refunds.map(({ object }) => refundFacts.parse(object)) },
      ),
    disputeCreated: () => event('charge.dispute.created', dispute('needs_response'), ours),
    disputeClosed: (status) => event('charge.dispute.closed', dispute(status), ours),
  }
}

/** The same news once more, as another event of its own. */
export function again(event: StripeEvent): StripeEvent {
  return { ...event, id: `evt_${randomUUID()}` }
}

/** Paid for several things, of which none is known to be a ticket. */
export function unreadable(event: StripeEvent): StripeEvent {
  const thing = { priceId: null, quantity: 1 }
  return {
    ...event,
    object: { ...event.object, amount_subtotal: 7 },
    answer: { kind: 'line_items', items: [thing, thing] },
  }
}
