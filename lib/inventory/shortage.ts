import { type Tier, tierLabel } from '@/lib/tier'

/**
 * Says that fewer seats are free than were asked for.
 *
 * @param available the public number where a customer reads it
 */
export function shortageText(available: number, asked: { tier: Tier; quantity: number }): string {
  return `Only ${available} ${tierLabel(asked.tier)} tickets available, but ${asked.quantity} requested`
}

/** Says that a tier has nothing to choose. Fits seats in checkouts as well as sold ones. */
export function soldOutForNow(tier: Tier): string {
  return `${tierLabel(tier)} is sold out for now; a seat may come back`
}
