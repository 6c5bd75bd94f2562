import type {
  Await,
  Expand,
  Hold,
  OpenCity,
  PaymentReference,
  Reduce,
  Release,
  Relimit,
  Reset,
  Restock,
  Sell,
  UndoReset,
} from '@/lib/inventory/commands'

/** Commands about GA of Dallas, unless told otherwise. */
const dallas = { cityId: 'dallas', tier: 'ga' } as const
const authority = { authorizedBy: 'Nate', reason: 'a story' }

export function hold(quantity: number, given: Partial<Hold> = {}): Hold {
  return { type: 'hold', ...dallas, reservationId: 'r1', quantity, reach: 'by_setting', ...given }
}

export function sell(quantity: number, payment: PaymentReference, given: Partial<Sell> = {}): Sell {
  return { type: 'sell', ...dallas, payment, quantity, reach: 'by_setting', ...given }
}

export function awaitPayment(
  reservationId: string | null,
  payment: PaymentReference,
  given: Partial<Await> = {},
): Await {
  return { type: 'await', reservationId, payment, ...given }
}

export function release(reservationId: string, given: Partial<Release> = {}): Release {
  return { type: 'release', reservationId, cause: 'cancelled', ...given }
}

export function restock(payment: PaymentReference): Restock {
  return { type: 'restock', payment }
}

export function expand(additionalSpots: number, given: Partial<Expand> = {}): Expand {
  return { type: 'expand', ...dallas, additionalSpots, authority, ...given }
}

export function reduce(to: number, given: Partial<Reduce> = {}): Reduce {
  return { type: 'reduce', ...dallas, to, authority, ...given }
}

export function relimit(to: number, given: Partial<Relimit> = {}): Relimit {
  return { type: 'relimit', ...dallas, to, authority, ...given }
}

export function reset(cityId = 'dallas'): Reset {
  return { type: 'reset', cityId, authority }
}

export function undoReset(cityId = 'dallas'): UndoReset {
  return { type: 'undo-reset', cityId, authority }
}

export function openCity(publicLimit: number, given: Partial<OpenCity> = {}): OpenCity {
  return { type: 'open-city', ...dallas, publicLimit, authority, ...given }
}
