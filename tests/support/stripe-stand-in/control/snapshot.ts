import type { Store, StoredEvent } from '../store'
import { pendingWebhooks, type World } from '../world'
import type { DeliveryAttempt } from '../webhooks/deliveries'
import type { ClockReading, EventRef, SessionWithItems, Snapshot } from './control'

/** A copy of all that there is, oldest first. */
export function takeSnapshot(world: World, deliveries: readonly DeliveryAttempt[]): Snapshot {
  const { store } = world
  return structuredClone({
    clock: readClock(world),
    sessions: sessionsOf(store),
    paymentIntents: store.paymentIntents.oldestFirst(),
    charges: store.charges.oldestFirst(),
    refunds: store.refunds.oldestFirst(),
    disputes: store.disputes.oldestFirst(),
    events: store.events.oldestFirst().map((event) => ({
      ...refOf(event),
      created: event.created,
      objectId: objectIdOf(event),
      pendingWebhooks: pendingWebhooks(event),
    })),
    deliveries: [...deliveries],
  })
}

export function readClock(world: World): ClockReading {
  return { now: new Date(world.clock.nowMs()).toISOString(), offsetMs: world.clock.offsetMs() }
}

export function refOf({ id, type }: StoredEvent): EventRef {
  return { id, type }
}

function sessionsOf(store: Store): SessionWithItems[] {
  return store.sessions.oldestFirst().map(({ id, object, lineItems }) => ({
    ...object,
    line_items: {
      object: 'list',
      url: `/v1/checkout/sessions/${id}/line_items`,
      has_more: false,
      data: lineItems,
    },
  }))
}

function objectIdOf(event: StoredEvent): string | null {
  const { data } = JSON.parse(event.body) as { data: { object: { id?: string } | null } }
  return data.object?.id ?? null
}
