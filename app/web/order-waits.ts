/** A buyer who has waited this long for a confirmation makes us ask Stripe ourselves. */
const patienceMs = 5_000
const maxRemembered = 10_000

/** Remembers since when each unconfirmed order is being watched, so that each is reconciled once. */
export interface OrderWaits {
  /** Notes one more look at an unconfirmed order; true exactly once, on the first look after 5 seconds. */
  isOverdue(sessionId: string): boolean
  forget(sessionId: string): void
}

export function createOrderWaits(now: () => number = Date.now): OrderWaits {
  const since = new Map<string, number>()
  return {
    isOverdue(sessionId) {
      const first = since.get(sessionId)
      if (first === undefined) {
        // The oldest entry makes room: a flood of invented ids must not fill the memory.
        const [oldest] = since.keys()
        if (since.size >= maxRemembered && oldest !== undefined) since.delete(oldest)
        since.set(sessionId, now())
        return false
      }
      if (now() - first < patienceMs) return false
      since.set(sessionId, Number.POSITIVE_INFINITY)
      return true
    },
    forget(sessionId) {
      since.delete(sessionId)
    },
  }
}

/** The process's one. */
export const orderWaits = createOrderWaits()
