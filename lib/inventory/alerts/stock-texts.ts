import type { NewAlert } from '@/lib/alerts/alert'
import { levelNames } from '@/lib/alerts/levels'
import type { Threshold } from '@/lib/alerts/thresholds'
import { counted, isOrAre } from '@/lib/counted'
import { type Tier, tierLabel } from '@/lib/tier'
import { type SalesFigures, seatsLeft } from '../availability'

interface Place {
  cityId: string
  cityName: string
}

/** `Critical: 5 GA seats left in Dallas`, or `Sold out: GA in Dallas`. */
export function thresholdAlert(
  event: Place & { tier: Tier; figures: SalesFigures; threshold: Threshold },
): NewAlert {
  const { cityId, cityName, tier, figures, threshold } = event
  const remaining = seatsLeft(figures)
  const soldOut = threshold.level === 'sold_out'
  const name = levelNames[threshold.level]
  return {
    kind: soldOut ? 'sold_out' : 'threshold',
    level: threshold.level,
    cityId,
    tier,
    remaining,
    channels: threshold.channels,
    subject: soldOut
      ? `${name}: ${tierLabel(tier)} in ${cityName}`
      : `${name}: ${seats(remaining, tier)} left in ${cityName}`,
    body: `${soldOf(figures, tier)}, ${remaining} left. ${limits(figures)}`,
  }
}

/** Customers see "sold out" for both tiers while hidden seats are left. */
export function publicSellOutAlert(event: Place & { hidden: number }): NewAlert {
  const { cityId, cityName, hidden } = event
  return {
    kind: 'public_sell_out',
    cityId,
    remaining: hidden,
    subject: `${cityName} is sold out for the public, ${counted(hidden, 'hidden seat')} left`,
    body: `Both tiers have sold all that customers see. ${counted(hidden, 'hidden seat')} can still be sold.`,
  }
}

/** An admin made seats. */
export function expansionAlert(
  event: Place & { tier: Tier; added: number; figures: SalesFigures; authorizedBy: string },
): NewAlert {
  const { cityId, cityName, tier, added, figures, authorizedBy } = event
  return {
    kind: 'expansion',
    cityId,
    tier,
    remaining: seatsLeft(figures),
    subject: `${cityName}: ${seats(added, tier)} added`,
    body: `Authorized by ${authorizedBy}. ${soldOf(figures, tier)}. ${limits(figures)}`,
  }
}

/** An admin reset a city. */
export function resetAlert(
  event: Place & { forgotten: number; authorizedBy: string; reason: string },
): NewAlert {
  const { cityId, cityName, forgotten, authorizedBy, reason } = event
  return {
    kind: 'reset',
    cityId,
    subject: `${cityName} was reset, ${counted(forgotten, 'sold seat')} no longer counted`,
    body: `Authorized by ${authorizedBy}. Reason: ${reason}. It can be undone once, in the console.`,
  }
}

/** `30 of 35 GA seats are sold` */
function soldOf({ sold, actualLimit }: SalesFigures, tier: Tier): string {
  const verb = actualLimit === 1 ? 'is' : isOrAre(sold)
  return `${sold} of ${seats(actualLimit, tier)} ${verb} sold`
}

function limits({ publicLimit, actualLimit }: SalesFigures): string {
  const hidden = actualLimit - publicLimit
  return hidden > 0
    ? `The public limit is ${publicLimit}; ${counted(hidden, 'seat')} beyond it ${isOrAre(hidden)} hidden.`
    : `The public limit is ${publicLimit}; no seat is hidden.`
}

function seats(number: number, tier: Tier): string {
  return counted(number, `${tierLabel(tier)} seat`)
}
