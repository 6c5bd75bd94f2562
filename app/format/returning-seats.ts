import { seats } from './seats'

/** What a reset does where fewer seats exist than the public limits say. Nothing where none are missing. */
export function returningSeats(quantity: number): string[] {
  if (quantity === 0) return []
  return [`Limits below the public ones rise to them: ${seats(quantity)} more can be sold.`]
}
