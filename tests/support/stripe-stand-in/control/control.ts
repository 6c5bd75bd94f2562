import type { Fault } from '../api/faults'
import type { LoggedRequest } from '../api/request-log'
import type {
  Charge,
  Dispute,
  LineItem,
  ListObject,
  Metadata,
  PaymentIntent,
  Refund,
  Session,
  SessionMode,
} from '../stripe/objects'
import type { DeliverOptions } from '../webhooks/deliver-by-hand'
import type { DeliveryAttempt, ReleaseOrder } from '../webhooks/deliveries'
import type { DeliveryRule } from '../webhooks/delivery-rules'
import type { SignOptions } from '../webhooks/signature'

export interface EventRef {
  id: string
  type: string
}

/** What a command changed, with the events that it brought about, in order. */
export type Acted<T> = T & { events: EventRef[] }

export type SessionWithItems = Session & { line_items: ListObject<LineItem> }

/** A session from outside the shop: a payment link, another site, Stripe's dashboard. */
export interface OutsideSession {
  /** Default `payment`. */
  mode?: SessionMode
  /** Cents; default 100000. */
  unitAmount?: number
  /** Default 1. */
  quantity?: number
  adjustable?: { minimum: number; maximum: number }
  /** Default `usd`. */
  currency?: string
  productName?: string
  metadata?: Metadata
  clientReferenceId?: string
  customerEmail?: string
  paymentIntentMetadata?: Metadata
  /** Percent; 100 makes it free. */
  discount?: number
  /** Seconds since 1970; default 24 hours from now. */
  expiresAt?: number
  successUrl?: string
  /** Default true: made by a payment link. */
  paymentLink?: boolean
}

export interface PayCommand {
  /** Default `card`. */
  method?: 'card' | 'debit'
  /** Of the first line item. */
  quantity?: number
  email?: string
  name?: string
  coupon?: string
}

export interface RefundCommand {
  status?: 'pending' | 'requires_action' | 'succeeded'
  reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer'
  metadata?: Metadata
}

export interface EventCommand {
  id?: string
  /** Seconds since 1970; default now. */
  created?: number
  livemode?: boolean
}

export interface SignedEvent {
  id: string
  body: string
  /** The `Stripe-Signature` header. */
  header: string
}

export interface WebhookSettings {
  urls?: readonly string[]
  secrets?: readonly string[]
  sign?: 'all' | 'first'
  deliver?: 'auto' | 'manual'
  enabledEvents?: readonly string[] | null
}

export interface ClockReading {
  /** ISO 8601. */
  now: string
  offsetMs: number
}

export interface Snapshot {
  clock: ClockReading
  sessions: SessionWithItems[]
  paymentIntents: PaymentIntent[]
  charges: Charge[]
  refunds: Refund[]
  disputes: Dispute[]
  events: Array<EventRef & { created: number; objectId: string | null; pendingWebhooks: number }>
  deliveries: DeliveryAttempt[]
}

/**
 * What tests and developers do with the stand-in. The same commands are there over HTTP:
 * `POST /_stand-in/<command>` with a JSON list of the arguments; see `connectStripeStandIn`.
 * Lists in a snapshot are oldest first. A command that is not possible rejects with Stripe's message.
 */
export interface StripeStandInControl {
  createSession: (input?: OutsideSession) => Promise<Acted<{ session: Session }>>
  /** The customer pays; `debit` leaves it unpaid until {@link settle}. */
  pay: (sessionId: string, options?: PayCommand) => Promise<Acted<{ session: Session }>>
  /** The card is declined; the session stays open. */
  decline: (sessionId: string, options?: PayCommand) => Promise<Acted<{ session: Session }>>
  /** The bank's answer to a debit. */
  settle: (sessionId: string, result: 'fail' | 'succeed') => Promise<Acted<{ session: Session }>>
  expire: (sessionId: string) => Promise<Acted<{ session: Session }>>
  /** A refund made in Stripe's dashboard, of a payment intent, session or charge; default all that is left. */
  refund: (
    paymentId: string,
    amount?: number | null,
    options?: RefundCommand,
  ) => Promise<Acted<{ refund: Refund }>>
  /** A pending refund succeeds. */
  settleRefund: (refundId: string) => Promise<Acted<{ refund: Refund }>>
  /** A refund fails, also one that had succeeded. */
  failRefund: (refundId: string) => Promise<Acted<{ refund: Refund }>>
  dispute: (
    paymentId: string,
    options?: { amount?: number; reason?: string },
  ) => Promise<Acted<{ dispute: Dispute }>>
  closeDispute: (disputeId: string, result: 'lost' | 'won') => Promise<Acted<{ dispute: Dispute }>>

  /** Sends an event of any type with any object. */
  emitEvent: (type: string, object: unknown, options?: EventCommand) => Promise<EventRef>
  /** The same, but only returned, for a test to post by itself. Stripe's API knows the event. */
  buildEvent: (type: string, object: unknown, options?: EventCommand & SignOptions) => Promise<SignedEvent>
  /** A recorded event, signed anew. */
  signedEvent: (eventId: string, options?: SignOptions) => Promise<SignedEvent>
  /** A signature for any body. */
  sign: (body: string, options?: SignOptions) => Promise<string>
  /** Posts a recorded event now, past holds and rules, without retries; resolves with the answers. */
  deliver: (eventId: string, options?: DeliverOptions) => Promise<DeliveryAttempt[]>

  setWebhooks: (settings: WebhookSettings) => Promise<void>
  /** Keeps deliveries back until {@link release}. */
  hold: () => Promise<void>
  /** Lets held deliveries go, `shuffled` in an order that the seed decides; resolves with their number. */
  release: (order?: ReleaseOrder, seed?: number) => Promise<number>
  addDeliveryRule: (rule: DeliveryRule) => Promise<void>
  clearDeliveryRules: () => Promise<void>
  dropNext: (count?: number, types?: readonly string[]) => Promise<void>
  dropEvery: (nth: number, types?: readonly string[]) => Promise<void>
  duplicateEvery: (nth: number, copies?: number) => Promise<void>
  /** Ends the pauses between attempts; resolves with the number of deliveries that waited. */
  retryNow: () => Promise<number>
  /** Resolves when nothing is left to deliver or to retry (held deliveries aside); rejects after the time. */
  whenIdle: (timeoutMs?: number) => Promise<void>

  fault: (fault: Fault) => Promise<void>
  clearFaults: () => Promise<void>
  /** Slows every API call down. */
  setLatency: (ms: number) => Promise<void>

  snapshot: () => Promise<Snapshot>
  /** The API calls so far, oldest first; `match` as for a fault. */
  requests: (match?: string) => Promise<LoggedRequest[]>
  deliveries: () => Promise<DeliveryAttempt[]>

  clock: () => Promise<ClockReading>
  /** Makes it that time now; it goes on from there. Sessions whose time has come expire at once. */
  setClock: (at: string) => Promise<ClockReading>
  advance: (ms: number) => Promise<ClockReading>
  /** Forgets all objects, events, rules, faults, logs and the clock's offset; keeps the webhooks. */
  reset: () => Promise<void>
}
