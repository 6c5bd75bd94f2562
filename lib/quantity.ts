import { maxTextLength } from '@/lib/outside-text'

/** Seats one customer may buy at a time. */
export const checkoutQuantity = { min: 1, max: 10 } as const

/** From this number of seats on, customers are told that few are left: "Last 3" instead of "3 left". */
export const fewSeats = 5

/** Seats one expansion may add. */
export const expansionQuantity = { min: 1, max: 10_000 } as const

/**
 * Reads a quantity from outside: a whole JSON number, or a string of one to five digits without a leading
 * zero, blanks around it ignored. Anything else is null, so that `1e2`, `0x10`, `+2` and `２` are not numbers.
 */
export function parseQuantity(input: unknown): number | null {
  if (typeof input === 'number') return Number.isSafeInteger(input) && input > 0 ? input : null
  if (typeof input !== 'string' || input.length > maxTextLength) return null
  const digits = input.trim()
  return /^[1-9][0-9]{0,4}$/.test(digits) ? Number(digits) : null
}
