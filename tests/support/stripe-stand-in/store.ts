import { Collection } from './collection'
import type {
  Charge,
  Coupon,
  Dispute,
  LineItem,
  Metadata,
  PaymentIntent,
  Price,
  Product,
  Refund,
  Session,
} from './stripe/objects'

/** A Checkout Session with what Stripe knows of it but does not show in the object. */
export interface StoredSession {
  id: string
  object: Session
  lineItems: LineItem[]
  couponId: string | null
  /** `payment_intent_data`, used when the payment intent is made (at the first attempt to pay). */
  intent: { metadata: Metadata; description: string | null }
}

/** How far the delivery of an event to one webhook URL has come. */
export interface DeliveryTarget {
  url: string
  state: 'delivered' | 'failed' | 'pending'
  attempts: number
}

export interface StoredEvent {
  id: string
  type: string
  created: number
  /** The exact bytes that are signed and delivered: a snapshot, which later changes do not touch. */
  body: string
  targets: DeliveryTarget[]
}

export interface KeptAnswer {
  status: number
  body: string
  requestId: string
}

/** What Stripe remembers of an idempotency key; without an answer the first request is in progress. */
export interface IdempotencyEntry {
  id: string
  method: string
  path: string
  fingerprint: string
  created: number
  answer: KeptAnswer | null
}

/** All that survives a restart of the stand-in. */
export interface Store {
  sessions: Collection<StoredSession>
  paymentIntents: Collection<PaymentIntent>
  charges: Collection<Charge>
  refunds: Collection<Refund>
  disputes: Collection<Dispute>
  prices: Collection<Price>
  products: Collection<Product>
  coupons: Collection<Coupon>
  events: Collection<StoredEvent>
  idempotency: Map<string, IdempotencyEntry>
}

export function createStore(): Store {
  return {
    sessions: new Collection(),
    paymentIntents: new Collection(),
    charges: new Collection(),
    refunds: new Collection(),
    disputes: new Collection(),
    prices: new Collection(),
    products: new Collection(),
    coupons: new Collection(),
    events: new Collection(),
    idempotency: new Map(),
  }
}

/** Forgets everything, as a new Stripe account. */
export function clearStore(store: Store): void {
  store.sessions.replaceAll([])
  store.paymentIntents.replaceAll([])
  store.charges.replaceAll([])
  store.refunds.replaceAll([])
  store.disputes.replaceAll([])
  store.prices.replaceAll([])
  store.products.replaceAll([])
  store.coupons.replaceAll([])
  store.events.replaceAll([])
  store.idempotency.clear()
}
