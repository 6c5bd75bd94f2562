import type { OrderStatus } from '@/lib/checkout/order-status'
import { remember } from './remember'

/** After a buyer has waited this long for a confirmation, we ask Stripe ourselves. */
const patienceMs = 5_000
const rememberedAtMost = 10_000

/** Remembers since when the buyer of each unconfirmed order has been waiting, so that each order is reconciled once. */
export interface OrderWaits {
  /**
   * Notes one more look at an unconfirmed order. True exactly once: on the first look after 5 seconds, as long as fewer
   * than `mostPerMinute` orders were due in this minute.
   */
  isOverdue(sessionId: string): boolean
  forget(sessionId: string): void
}

/** @param now in milliseconds */
export function createOrderWaits(
  now: () => number = Date.now,
  { mostPerMinute = Infinity }: { mostPerMinute?: number } = {},
): OrderWaits {
  const since = remember<number>(rememberedAtMost)
  let minute = 0
  let asked = 0

  function mayAsk(): boolean {
    const current = Math.floor(now() / 60_000)
    if (current !== minute) asked = 0
    minute = current
    return asked++ < mostPerMinute
  }

  return {
    isOverdue(sessionId) {
      const first = since.get(sessionId)
      if (first === undefined) {
        since.note(sessionId, now())
        return false
      }
      if (now() - first < patienceMs || !mayAsk()) return false
      since.note(sessionId, Number.POSITIVE_INFINITY)
      return true
    },
    forget(sessionId) {
      since.forget(sessionId)
    },
  }
}

/**
 * Whether the buyer who looks at an order has waited so long for its confirmation that Stripe is to be asked. An order
 * that waits for no confirmation is forgotten.
 */
export function isOverdue(
  sessionId: string,
  state: OrderStatus['state'],
  waits: OrdersWaits = ofThisProcess,
): boolean {
  const waitsOfState: Partial<Record<OrderStatus['state'], OrderWaits>> = {
    confirming: waits.known,
    unknown: waits.strangers,
  }
  const own = waitsOfState[state]
  for (const others of [waits.known, waits.strangers]) if (others !== own) others.forget(sessionId)
  return own?.isOverdue(sessionId) ?? false
}

/** Sessions that we do not know, as of a payment link, or invented ones, are remembered apart from known orders. */
export interface OrdersWaits {
  known: OrderWaits
  strangers: OrderWaits
}

const ofThisProcess: OrdersWaits = {
  known: createOrderWaits(),
  // They must neither push a buyer's order out of memory nor make us ask Stripe without end. The reconciliation every
  // five minutes finds the rest.
  strangers: createOrderWaits(Date.now, { mostPerMinute: 20 }),
}
