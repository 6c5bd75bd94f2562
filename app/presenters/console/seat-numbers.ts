import { type PerTier, perTier, tiers } from '@/lib/tier'

/** The numbers of one tier as the console shows them, in seats. Each seat is in one of sold, held, public and hidden left. */
export interface SeatNumbers {
  sold: number
  held: number
  publicLeft: number
  hiddenLeft: number
  limit: number
  publicLimit: number
}

/** A city's numbers, and when they last changed. */
export interface CityNumbers extends PerTier<SeatNumbers> {
  cityId: string
  lastUpdated: string
  isSoldOut: boolean
}

/** Both tiers of many cities added up. */
export function totalNumbers(cities: readonly CityNumbers[]): PerTier<SeatNumbers> {
  return perTier((tier) => cities.reduce((sum, city) => addNumbers(sum, city[tier]), nothing))
}

/** Totals that follow live numbers: those of the whole, moved by what has changed in the part that is watched. */
export function movedTotals(
  totals: PerTier<SeatNumbers>,
  loaded: readonly CityNumbers[],
  live: readonly CityNumbers[],
): PerTier<SeatNumbers> {
  const [before, after] = [totalNumbers(loaded), totalNumbers(live)]
  return perTier((tier) => addNumbers(addNumbers(totals[tier], before[tier], -1), after[tier]))
}

export function bothTiers(totals: PerTier<SeatNumbers>): SeatNumbers {
  return tiers.reduce((sum, tier) => addNumbers(sum, totals[tier]), nothing)
}

/** Sold seats as a part of the limit: `63%`, and never a rounded 100% while a seat is left, nor 0% once one is sold. */
export function soldShare({ sold, limit }: Pick<SeatNumbers, 'sold' | 'limit'>): string {
  const share = limit > 0 ? sold / limit : 0
  const percent = Math.round(share * 100)
  if (percent === 100 && share < 1) return '99%'
  if (percent === 0 && share > 0) return '1%'
  return `${percent}%`
}

const nothing: SeatNumbers = { sold: 0, held: 0, publicLeft: 0, hiddenLeft: 0, limit: 0, publicLimit: 0 }

function addNumbers(one: SeatNumbers, other: SeatNumbers, sign: 1 | -1 = 1): SeatNumbers {
  return {
    sold: one.sold + sign * other.sold,
    held: one.held + sign * other.held,
    publicLeft: one.publicLeft + sign * other.publicLeft,
    hiddenLeft: one.hiddenLeft + sign * other.hiddenLeft,
    limit: one.limit + sign * other.limit,
    publicLimit: one.publicLimit + sign * other.publicLimit,
  }
}
