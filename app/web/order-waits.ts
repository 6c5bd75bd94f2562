import { remember } from './remember'

/** A buyer who has waited this long for a confirmation makes us ask Stripe ourselves. */
const patienceMs = 5_000
const rememberedAtMost = 10_000

/** Remembers since when each unconfirmed order is being watched, so that each is reconciled once. */
export interface OrderWaits {
  /**
   * Notes one more look at an unconfirmed order; true exactly once, on the first look after 5 seconds that finds the
   * minute's number not used up.
   */
  isOverdue(sessionId: string): boolean
  forget(sessionId: string): void
}

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

/** The process's one, of orders that we know. */
export const orderWaits = createOrderWaits()

/**
 * Of sessions that we have never heard of: a payment link's, or invented ones, which must neither push a buyer's order
 * out of memory nor make us ask Stripe without end. The reconciliation every five minutes finds the rest.
 */
export const strangerWaits = createOrderWaits(Date.now, { mostPerMinute: 20 })
