import { expansionQuantity, parseQuantity } from '@/lib/quantity'

/** A limit as it was typed: a whole number from 0 on. Null for anything else; undefined where nothing was typed. */
export function readLimit(text: string | null): number | null | undefined {
  const typed = text?.trim()
  if (!typed) return undefined
  return /^(0|[1-9][0-9]{0,6})$/.test(typed) ? Number(typed) : null
}

/** Seats to add, as they were typed. Null for what one expansion cannot add. */
export function readSpots(text: string | null): number | null {
  const spots = parseQuantity(text)
  return spots !== null && spots <= expansionQuantity.max ? spots : null
}

/** What is said where `readSpots` reads none. */
export const noSpots = `Seats must be a whole number from ${expansionQuantity.min} to ${expansionQuantity.max}`
