import Stripe from 'stripe'
import type { Clock } from './clock'
import { newId } from './random'
import type { DeliveryTarget, Store, StoredEvent, StoredSession } from './store'

/** The API request that brought an event about; null when a customer, the bank or time did. */
export type Cause = { id: string | null; idempotency_key: string | null } | null

/** What the rules of the stand-in work on. */
export interface World {
  readonly clock: Clock
  readonly store: Store
  readonly livemode: boolean
  /** Where the payment pages are, without a slash at the end. */
  baseUrl: () => string
  /** Records an event with a snapshot of the object and hands it to the delivery. */
  emit: (type: string, object: unknown, cause?: Cause) => StoredEvent
  /** Has an open session expire by itself when its time comes. */
  watchExpiry: (session: StoredSession) => void
  /** Expires what is due by now; called before every look at the store. */
  tick: () => void
}

export interface EventInput {
  type: string
  object: unknown
  created: number
  livemode: boolean
  cause?: Cause
  id?: string
  urls: readonly string[]
}

/** An event in Stripe's envelope; its body is pretty-printed JSON, as Stripe sends it. */
export function newEvent(input: EventInput): StoredEvent {
  const id = input.id ?? newId('evt')
  const envelope = {
    id,
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: input.created,
    data: { object: input.object },
    livemode: input.livemode,
    pending_webhooks: input.urls.length,
    request: input.cause ?? { id: null, idempotency_key: null },
    type: input.type,
  }
  const targets = input.urls.map((url): DeliveryTarget => ({ url, state: 'pending', attempts: 0 }))
  return { id, type: input.type, created: input.created, body: JSON.stringify(envelope, null, 2), targets }
}

/** How many webhook URLs have not answered 2xx to the event. */
export function pendingWebhooks(event: StoredEvent): number {
  return event.targets.filter((target) => target.state !== 'delivered').length
}
