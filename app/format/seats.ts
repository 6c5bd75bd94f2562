import type { SaleState } from '@/lib/cities'
import { counted } from '@/lib/counted'
import { fewSeats } from '@/lib/quantity'

/** What a visitor is told about one tier. */
export type TierState =
  | { kind: 'plenty' | 'few'; left: number }
  /** None are left, but those that the visitor holds. */
  | { kind: 'yours'; own: number }
  | { kind: 'last_seats' | 'none_left' | 'sold_out' | 'upcoming' | 'paused' | 'closed' }

export interface TierFacts {
  saleState: SaleState
  /** The public number. */
  left: number
  /** The public number is 0 and seats may still sell. */
  hasLastSeats: boolean
  /** The whole city is: seats of one tier may be in checkouts only, which is nobody's business. */
  isSoldOut: boolean
  /** Seats that the visitor holds, and can change into others of that tier. Default 0. */
  own?: number
}

/** What customers are told of a tier. */
export function tierState({ saleState, left, hasLastSeats, isSoldOut, own = 0 }: TierFacts): TierState {
  if (saleState !== 'on_sale') return { kind: saleState }
  if (left > fewSeats) return { kind: 'plenty', left }
  if (left > 0) return { kind: 'few', left }
  if (hasLastSeats) return { kind: 'last_seats' }
  if (own > 0) return { kind: 'yours', own }
  return { kind: isSoldOut ? 'sold_out' : 'none_left' }
}

export function canBuy(state: TierState): boolean {
  switch (state.kind) {
    case 'plenty':
    case 'few':
    case 'yours':
    case 'last_seats':
      return true
    case 'none_left':
    case 'sold_out':
    case 'upcoming':
    case 'paused':
    case 'closed':
      return false
  }
}

/** The state in words: `12 left`, `Last 3`, `Yours: 2`, `None left now`, `Sold out`. */
export function stateWords(state: TierState): string {
  switch (state.kind) {
    case 'plenty':
      return `${state.left} left`
    case 'few':
      return `Last ${state.left}`
    case 'yours':
      return `Yours: ${state.own}`
    case 'last_seats':
      return 'Limited: last seats'
    case 'none_left':
      return 'None left now'
    case 'sold_out':
      return 'Sold out'
    case 'upcoming':
      return 'Not on sale yet'
    case 'paused':
      return 'Sales paused'
    case 'closed':
      return 'Sales closed'
  }
}

/** `1 seat`, `2 seats` */
export function seats(quantity: number): string {
  return counted(quantity, 'seat')
}
