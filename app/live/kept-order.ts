/**
 * Keeps what a buyer has sent for a city, in this tab: an error page, or "back" from the payment page, loads the page
 * anew, and the order must not change on the way. It is gone with the tab, once the order is made, or when its seats
 * are given back.
 */
export function keepOrder(cityId: string, sent: FormData): void {
  const kept = new URLSearchParams()
  for (const name of ['tier', 'quantity', 'email']) {
    const value = sent.get(name)
    if (typeof value === 'string') kept.set(name, value)
  }
  inStorage((storage) => storage.setItem(keyOf(cityId), kept.toString()))
}

/** The order that was kept, by the names of its fields; empty where there is none. */
export function keptOrder(cityId: string): URLSearchParams {
  return new URLSearchParams(inStorage((storage) => storage.getItem(keyOf(cityId))) ?? '')
}

/** Forgets the order that was kept for a city. */
export function forgetOrder(cityId: string): void {
  inStorage((storage) => storage.removeItem(keyOf(cityId)))
}

/** Forgets the email, and leaves tier and number for the next choice. */
export function forgetEmail(cityId: string): void {
  const kept = keptOrder(cityId)
  if (!kept.has('email')) return
  kept.delete('email')
  inStorage((storage) => storage.setItem(keyOf(cityId), kept.toString()))
}

function keyOf(cityId: string): string {
  return `order/${cityId}`
}

/** A browser may have no room, or be told to keep nothing: then the order is typed again. */
function inStorage<Result>(act: (storage: Storage) => Result): Result | undefined {
  try {
    return act(window.sessionStorage)
  } catch {
    return undefined
  }
}
