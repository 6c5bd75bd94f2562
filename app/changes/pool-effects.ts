import { seats } from '@/app/format/seats'
import type { CityFigures } from '@/lib/analytics/cities'
import { actualAvailable, publicAvailable, type PoolFigures } from '@/lib/inventory/availability'
import { parseTier, type Tier } from '@/lib/tier'
import type { Effect } from './change'

/** The tier that an address names; GA where it names none. */
export function tierIn(query: URLSearchParams): Tier {
  return parseTier(query.get('tier')) ?? 'ga'
}

/** A tier's numbers. */
export function poolOf({ stock }: CityFigures, tier: Tier): PoolFigures {
  return {
    publicLimit: stock.publicLimits[tier],
    actualLimit: stock.actualLimits[tier],
    sold: stock.sold[tier],
    held: stock.held[tier],
  }
}

/** A tier's numbers, and what becomes of them. Those that stay are said once. */
export function poolEffects(before: PoolFigures, after?: PoolFigures): Effect[] {
  return rows.map(({ name, pick }) => {
    const [now, then] = [String(pick(before)), after && String(pick(after))]
    return { name, before: now, ...(then !== undefined && then !== now && { after: then }) }
  })
}

/** How many seats customers will see fewer. */
export function fewerForCustomers(before: PoolFigures, after: PoolFigures): string[] {
  const fewer = publicAvailable(before) - publicAvailable(after)
  return fewer > 0 ? [`Customers will see ${seats(fewer)} fewer.`] : []
}

const rows: { name: string; pick: (pool: PoolFigures) => number }[] = [
  { name: 'Limit', pick: (pool) => pool.actualLimit },
  { name: 'Public limit', pick: (pool) => pool.publicLimit },
  { name: 'Sold', pick: (pool) => pool.sold },
  { name: 'In checkouts', pick: (pool) => pool.held },
  { name: 'Public left', pick: publicAvailable },
  { name: 'Hidden left', pick: (pool) => actualAvailable(pool) - publicAvailable(pool) },
]
