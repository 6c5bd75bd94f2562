import type { OwnHold } from '@/app/presenters/ticket-page'
import type { Tier } from '@/lib/tier'
import { tierNames } from './tiers'

/**
 * What is said at the button to a buyer who holds seats already: these are not added to. Null where nothing is given up.
 *
 * @param chosen null while it is not known
 */
export function replaces(
  hold: Pick<OwnHold, 'tier' | 'quantity' | 'secondsLeft'> | null,
  chosen: { tier: Tier; quantity: number } | null,
): string | null {
  if (!hold || hold.secondsLeft === 0) return null
  const { tier, quantity } = hold
  if (chosen?.tier === tier && chosen.quantity === quantity) return null
  const name = tierNames[tier].short
  return `This replaces the ${quantity === 1 ? `${name} seat` : `${quantity} ${name} seats`} you hold.`
}
