import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import { isPublicSoldOut, type SalesFigures, seatsLeft } from '@/lib/inventory/availability'
import type { Tier } from '@/lib/tier'
import type { NewAlert } from './alert'
import { attemptAlerts } from './attempt'
import type { AlertTargets } from './plan'
import { raiseAlerts } from './raise'
import { publicSellOutAlert, thresholdAlert } from './stock-texts'
import { crossed, loadThresholds, type Threshold } from './thresholds'

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
 * tier at most once. One statement where nothing is crossed.
 */
export async function raiseStockAlerts(
  trx: Trx,
  changes: readonly StockChange[],
  targets?: AlertTargets,
): Promise<void> {
  const falling = changes.filter((change) => seatsLeft(change.after) < seatsLeft(change.before))
  const closing = changes.filter((change) => !isPublicSoldOut(change.before) && isPublicSoldOut(change.after))
  const crossings = await findCrossings(trx, falling)
  if (crossings.length === 0 && closing.length === 0) return
  await attemptAlerts(trx, async () => {
    const cities = await readCities(trx, [...crossings, ...closing], closing)
    await raiseAlerts(
      trx,
      [...thresholdAlerts(crossings, cities), ...sellOutAlerts(closing, cities)],
      targets,
    )
  })
}

type Crossing = StockChange & { threshold: Threshold }
interface CityStock {
  name: string
  pools: SalesFigures[]
}

async function findCrossings(trx: Trx, changes: readonly StockChange[]): Promise<Crossing[]> {
  if (changes.length === 0) return []
  const thresholds = await loadThresholds(trx)
  return changes.flatMap((change) => {
    const threshold = crossed(thresholds, change.tier, seatsLeft(change.before), seatsLeft(change.after))
    return threshold ? [{ ...change, threshold }] : []
  })
}

/**
 * Names and both tiers' stock. Two transactions may sell out one tier each at the same time; neither would see the
 * other's. So whoever closes a tier first takes the city's advisory lock, then reads, in a later statement.
 */
async function readCities(
  trx: Trx,
  changes: readonly StockChange[],
  closing: readonly StockChange[],
): Promise<Map<string, CityStock>> {
  for (const cityId of [...new Set(closing.map((change) => change.cityId))].sort()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`public sell-out of ${cityId}`}, 0))`.execute(
      trx,
    )
  }
  const rows = await trx
    .selectFrom('cities')
    .innerJoin('inventory', 'inventory.city_id', 'cities.id')
    .where('cities.id', 'in', [...new Set(changes.map((change) => change.cityId))])
    .select(['cities.id', 'cities.name', 'public_limit', 'actual_limit', 'sold'])
    .execute()
  const cities = new Map<string, CityStock>()
  for (const row of rows) {
    const city = cities.get(row.id) ?? { name: row.name, pools: [] }
    city.pools.push({ publicLimit: row.public_limit, actualLimit: row.actual_limit, sold: row.sold })
    cities.set(row.id, city)
  }
  return cities
}

function thresholdAlerts(crossings: readonly Crossing[], cities: Map<string, CityStock>): NewAlert[] {
  return crossings.map(({ cityId, tier, after, threshold }) => {
    const cityName = cities.get(cityId)?.name ?? cityId
    return thresholdAlert({ cityId, cityName, tier, figures: after, threshold })
  })
}

function sellOutAlerts(closing: readonly StockChange[], cities: Map<string, CityStock>): NewAlert[] {
  return [...new Set(closing.map((change) => change.cityId))].flatMap((cityId) => {
    const city = cities.get(cityId)
    if (!city?.pools.every(isPublicSoldOut)) return []
    const hidden = city.pools.reduce((sum, pool) => sum + seatsLeft(pool), 0)
    return hidden > 0 ? [publicSellOutAlert({ cityId, cityName: city.name, hidden })] : []
  })
}
