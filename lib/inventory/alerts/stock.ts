import { sql } from 'kysely'
import type { NewAlert } from '@/lib/alerts/alert'
import { attemptAlerts } from '@/lib/alerts/attempt'
import type { AlertTargets } from '@/lib/alerts/plan'
import { raiseAlerts } from '@/lib/alerts/raise'
import { crossed, readThresholds, type Threshold } from '@/lib/alerts/thresholds'
import { readCityNames } from '@/lib/city-names'
import type { Trx } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import { isPublicSoldOut, type SalesFigures, seatsLeft } from '../availability'
import { publicSellOutAlert, thresholdAlert } from './stock-texts'

/** How one transaction changed the stock of a city and tier, as a whole. */
export interface StockChange {
  cityId: string
  tier: Tier
  before: SalesFigures
  after: SalesFigures
}

/**
 * Raises what a change of stock calls for: the most severe threshold it crossed, and a public sell-out with hidden
 * seats left. Called inside the transaction of the change, after the stock was written, once, with each city and
 * tier at most once. One round trip where nothing is crossed, none where no seats are gone.
 */
export async function raiseStockAlerts(
  trx: Trx,
  changes: readonly StockChange[],
  targets?: AlertTargets,
): Promise<void> {
  const falling = changes.filter((change) => seatsLeft(change.after) < seatsLeft(change.before))
  const closing = changes.filter((change) => !isPublicSoldOut(change.before) && isPublicSoldOut(change.after))
  if (falling.length > 0)
    await attemptAlerts(trx, async () => {
      const crossings = await findCrossings(trx, falling)
      if (crossings.length === 0) return
      const names = await readCityNames(
        crossings.map(({ cityId }) => cityId),
        trx,
      )
      await raiseAlerts(trx, thresholdAlerts(crossings, names), targets)
    })
  // On its own: its turn may be waited for in vain, which takes back all that was raised with it.
  if (closing.length > 0)
    await attemptAlerts(trx, async () => {
      const cities = await readInTurn(trx, [...new Set(closing.map(({ cityId }) => cityId))].sort())
      await raiseAlerts(trx, sellOutAlerts(cities), targets)
    })
}

type Crossing = StockChange & { threshold: Threshold }
interface CityStock {
  cityId: string
  cityName: string
  pools: SalesFigures[]
}

async function findCrossings(trx: Trx, changes: readonly StockChange[]): Promise<Crossing[]> {
  const thresholds = await readThresholds(trx)
  return changes.flatMap((change) => {
    const threshold = crossed(thresholds, change.tier, seatsLeft(change.before), seatsLeft(change.after))
    return threshold ? [{ ...change, threshold }] : []
  })
}

/**
 * Names and both tiers' stock. Two transactions may sell out one tier each at the same time; neither would see the
 * other's. So whoever closes a tier first takes the city's advisory lock, then reads, in a later statement.
 */
async function readInTurn(trx: Trx, cityIds: readonly string[]): Promise<CityStock[]> {
  for (const cityId of cityIds) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`public sell-out of ${cityId}`}, 0))`.execute(
      trx,
    )
  }
  const rows = await trx
    .selectFrom('cities')
    .innerJoin('inventory', 'inventory.city_id', 'cities.id')
    .where('cities.id', 'in', cityIds)
    .select(['cities.id', 'cities.name', 'public_limit', 'actual_limit', 'sold'])
    .execute()
  const cities = new Map<string, CityStock>()
  for (const row of rows) {
    const city = cities.get(row.id) ?? { cityId: row.id, cityName: row.name, pools: [] }
    city.pools.push({ publicLimit: row.public_limit, actualLimit: row.actual_limit, sold: row.sold })
    cities.set(row.id, city)
  }
  return [...cities.values()]
}

function thresholdAlerts(crossings: readonly Crossing[], cityNames: ReadonlyMap<string, string>): NewAlert[] {
  return crossings.map(({ cityId, tier, after, threshold }) => {
    const cityName = cityNames.get(cityId) ?? cityId
    return thresholdAlert({ cityId, cityName, tier, figures: after, threshold })
  })
}

function sellOutAlerts(cities: readonly CityStock[]): NewAlert[] {
  return cities.flatMap(({ cityId, cityName, pools }) => {
    if (!pools.every(isPublicSoldOut)) return []
    const hidden = pools.reduce((sum, pool) => sum + seatsLeft(pool), 0)
    return hidden > 0 ? [publicSellOutAlert({ cityId, cityName, hidden })] : []
  })
}
