import type { OwnHold } from '@/app/presenters/ticket-page'
import type { Tier } from '@/lib/tier'
import { tierNames } from './tiers'

/**
 * What is said at the button to a buyer who holds seats already: these are not added to. Null for one who holds none.
 *
 * @param chosen null while it is not known
 */
export function replaces(
  hold: Pick<OwnHold, 'tier' | 'quantity' | 'secondsLeft'> | null,
  chosen: { tier: Tier; quantity: number } | null,
): string | null {
  if (!hold || hold.secondsLeft === 0) return null
  const { tier, quantity } = hold
  const name = tierNames[tier].short
  const isOne = quantity === 1
  if (chosen?.tier === tier && chosen.quantity === quantity) {
    return isOne
      ? `You hold this ${name} seat already: none is added.`
      : `You hold these ${quantity} ${name} seats already: none are added.`
  }
  return `This replaces the ${isOne ? `${name} seat` : `${quantity} ${name} seats`} you hold.`
}
