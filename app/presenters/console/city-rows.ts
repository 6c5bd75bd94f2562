import { formatAgo, formatShortDays } from '@/app/format/dates'
import type { CityFigures } from '@/lib/analytics/cities'
import { forecastSellOut } from '@/lib/analytics/forecast'
import { type PoolHistory, readHistory } from '@/lib/analytics/history'
import { readLastSales } from '@/lib/analytics/last-sales'
import type { SaleState } from '@/lib/cities'
import { type PerTier, perTier, type Tier } from '@/lib/tier'
import { cityNumbers } from './city-numbers'
import { type ForecastWords, presentForecast } from './forecast-words'
import type { CityNumbers } from './seat-numbers'

/** A city in the list of the dashboard. */
export interface CityRow {
  id: string
  name: string
  days: string
  saleState: SaleState
  numbers: CityNumbers
  tiers: PerTier<TierTrend>
}

/** How one tier goes. */
export interface TierTrend {
  /** Sales of the last days, the oldest first. */
  spark: (number | null)[]
  /** `5 min ago`; null: nothing sold yet. */
  lastSale: string | null
  forecast: ForecastWords | null
}

const sparkDays = 14

/** Cities with how they have sold of late. */
export async function presentCityRows(cities: readonly CityFigures[], now: Date): Promise<CityRow[]> {
  const ids = cities.map(({ id }) => id)
  const [history, lastSales] = await Promise.all([
    readHistory(ids, { step: 'day', count: sparkDays }),
    readLastSales(ids),
  ])
  const key = (cityId: string, tier: Tier) => `${cityId} ${tier}`
  const historyOf = new Map(history.map((pool) => [key(pool.cityId, pool.tier), pool]))
  const lastOf = new Map(lastSales.map((sale) => [key(sale.cityId, sale.tier), sale.at]))
  return cities.map((city) => {
    const trend = (tier: Tier): TierTrend => {
      const last = lastOf.get(key(city.id, tier))
      return {
        spark: historyOf.get(key(city.id, tier))?.periods.map(({ sold }) => sold) ?? [],
        lastSale: last ? formatAgo(last, now) : null,
        forecast: forecastOf(city, tier, historyOf.get(key(city.id, tier)), now),
      }
    }
    return {
      id: city.id,
      name: city.name,
      days: formatShortDays(city.startsOn, city.endsOn),
      saleState: city.saleState,
      numbers: cityNumbers(city.stock),
      tiers: perTier(trend),
    }
  })
}

/** When the seats within buyers' reach will be gone: none while the city is not on sale. */
export function forecastOf(
  { saleState, hiddenSale, stock, timeZone }: CityFigures,
  tier: Tier,
  daily: Pick<PoolHistory, 'periods'> | undefined,
  now: Date,
): ForecastWords | null {
  if (saleState !== 'on_sale' || !daily) return null
  const actual = stock.actualLimits[tier]
  const reach = hiddenSale[tier] === 'open' ? actual : Math.min(actual, stock.publicLimits[tier])
  return presentForecast(
    forecastSellOut({ days: daily.periods, left: reach - stock.sold[tier], now }),
    timeZone,
    now,
  )
}
