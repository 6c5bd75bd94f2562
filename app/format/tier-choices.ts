import type { SaleState } from '@/lib/cities'
import type { PublicStock } from '@/lib/inventory/public-stock'
import { type PerTier, type Tier, tiers } from '@/lib/tier'
import { tierState, type TierState } from './seats'

/** What a buyer is told of one tier before they choose it. */
export interface Choice {
  tier: Tier
  left: number
  limit: number
  price: { amountCents: number; currency: string }
  state: TierState
}

export interface ChoiceFacts {
  saleState: SaleState
  stock: Pick<PublicStock, 'publicAvailable' | 'publicLimits' | 'isPublicSoldOut'>
  prices: PerTier<Choice['price']>
  hasLastSeats: PerTier<boolean>
  /** Seats that the visitor holds, and can change into others of that tier. */
  own: PerTier<number>
  /** The tier's number has just come to 0, and nobody has asked yet whether it has last seats. */
  isUnasked: PerTier<boolean>
}

/** The tiers of a city as they can be chosen now. */
export function tierChoices(facts: ChoiceFacts): Choice[] {
  const { saleState, stock } = facts
  return tiers.map((tier) => {
    // Until it is known whether a tier at 0 has last seats, it shows one, so that the form stays as it is.
    const left = facts.isUnasked[tier] ? 1 : stock.publicAvailable[tier]
    const state = tierState({
      saleState,
      left,
      hasLastSeats: facts.hasLastSeats[tier],
      isSoldOut: stock.isPublicSoldOut,
      own: facts.own[tier],
    })
    return { tier, left, limit: stock.publicLimits[tier], price: facts.prices[tier], state }
  })
}
