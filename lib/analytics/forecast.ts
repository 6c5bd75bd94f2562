import type { Period } from './periods'

/** When a tier is likely to be sold out. */
export interface Forecast {
  /** Seats a day at the pace of the last days. */
  pace: number
  /** Over how many days the pace was taken. */
  days: number
  /** With the faster pace that the last days allow. */
  earliest: Date
  likely: Date
  /** With the slower one; null: that pace may come to nothing. */
  latest: Date | null
}

export interface ForecastInput {
  /** Days, the oldest first. The last one is under way and does not count. */
  days: readonly Period[]
  /** Seats left to sell. */
  left: number
  now: Date
}

/** The pace is that of the last week, or of as much of it as there is. */
const paceDays = 7
/** With fewer days or seats than these, a pace would be a guess. */
const fewestDays = 3
const fewestSeats = 4
/** Four of five outcomes lie in the range. */
const spread = 1.28
/** Further ahead a date says nothing. */
const farthestDays = 730

const dayMs = 86_400_000

/**
 * When the seats that are left will be sold at the pace of the last days, with a range. Pure.
 *
 * The range is the pace more and less 1.28 times its standard error; days of sales scatter at least as much as
 * single buyers who come by chance (Poisson), often more, since people buy in groups.
 *
 * @returns null where there is too little to go by, nothing left to sell, or no end in sight
 */
export function forecastSellOut({ days, left, now }: ForecastInput): Forecast | null {
  const sales = days
    .slice(0, -1)
    .slice(-paceDays)
    .flatMap(({ sold }) => sold ?? [])
  const total = sales.reduce((sum, sold) => sum + sold, 0)
  if (left <= 0 || sales.length < fewestDays || total < fewestSeats) return null
  const pace = total / sales.length
  if (left / pace > farthestDays) return null
  const scatter = spread * standardError(sales, pace)
  const slow = pace - scatter
  const after = (rate: number) => new Date(now.getTime() + (left / rate) * dayMs)
  return {
    pace,
    days: sales.length,
    earliest: after(pace + scatter),
    likely: after(pace),
    latest: slow > 0 && left / slow <= farthestDays ? after(slow) : null,
  }
}

function standardError(sales: readonly number[], mean: number): number {
  const squares = sales.reduce((sum, sold) => sum + (sold - mean) ** 2, 0)
  const variance = Math.max(mean, squares / (sales.length - 1))
  return Math.sqrt(variance / sales.length)
}
