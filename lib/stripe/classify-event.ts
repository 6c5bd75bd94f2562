import { z } from 'zod'
import { isStorableText } from '@/lib/outside-text'
import {
  chargeFacts,
  disputeFacts,
  type EventFacts,
  refundFacts,
  sessionFacts,
  type SessionFacts,
} from './facts'

const name = z.string().refine((value) => isStorableText(value))
/** The end of the year 9999, in Stripe's unit. PostgreSQL or JavaScript may fail to write a later moment. */
const endOfTime = 253_402_300_799

/** Stripe's envelope around every event. */
export const eventEnvelope = z.object({
  id: name,
  type: name,
  created: z.number().int().nonnegative().max(endOfTime),
  livemode: z.boolean(),
  /** Only events of a connected account name one. https://docs.stripe.com/connect/webhooks */
  account: name.nullish(),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
})

export type EventEnvelope = z.output<typeof eventEnvelope>

export const eventTypes = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
] as const

/** The events that have an effect; docs/operations.md lists them for the webhook. */
export type EventType = (typeof eventTypes)[number]

export type Classified = { ours: true; type: EventType; facts: EventFacts } | { ours: false; because: string }

/** Whether an event concerns us, and what it says. Pure; never throws, whatever the event holds. */
export function classifyEvent(event: EventEnvelope, livemode: boolean): Classified {
  if (event.livemode !== livemode) return { ours: false, because: 'other mode' }
  if (event.account) return { ours: false, because: 'connected account' }
  const type = eventTypes.find((known) => known === event.type)
  if (!type) return { ours: false, because: 'type without effect' }
  const parsed = schemaOf(type).safeParse(event.data.object)
  if (!parsed.success) return { ours: false, because: 'unreadable object' }
  const facts = parsed.data
  if (facts.kind === 'session' && facts.mode !== 'payment')
    return { ours: false, because: 'other session mode' }
  if (facts.kind === 'session' && !isOurs(facts)) return { ours: false, because: 'not our metadata' }
  if (facts.kind !== 'session' && facts.paymentIntentId === null)
    return { ours: false, because: 'no payment intent' }
  return { ours: true, type, facts }
}

/** Whether a session is about our tickets: the metadata of our sessions and payment links names a city or ticket type. */
export function isOurs(facts: SessionFacts): boolean {
  return facts.cityId !== null || facts.ticketType !== null
}

function schemaOf(type: EventType) {
  switch (type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return sessionFacts
    case 'charge.refunded':
      return chargeFacts
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return refundFacts
    case 'charge.dispute.created':
    case 'charge.dispute.closed':
      return disputeFacts
  }
}
