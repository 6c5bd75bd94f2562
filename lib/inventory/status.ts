import type { PerTier } from '@/lib/tier'
import { actualAvailable, isActualSoldOut, isPublicSoldOut, publicAvailable } from './availability'
import { figurePerTier, type Figures, readFigures } from './figures'

/** A city's whole stock, hidden numbers included: for admins only. All figures are seats. */
export interface InventoryStatus {
  cityId: string
  publicLimits: PerTier<number>
  actualLimits: PerTier<number>
  sold: PerTier<number>
  held: PerTier<number>
  publicAvailable: PerTier<number>
  actualAvailable: PerTier<number>
  isPublicSoldOut: boolean
  isActualSoldOut: boolean
  lastUpdated: Date
}

/**
 * The stock of one city, or null if there is no such city.
 *
 * @example (await checkInventoryStatus('dallas-jan-2026'))?.actualAvailable.ga // 35
 */
export async function checkInventoryStatus(cityId: string): Promise<InventoryStatus | null> {
  return toStatuses(await readFigures({ cityId }))[0] ?? null
}

/** The stock of all cities that are not archived, in order of date. */
export async function getAllInventoryStatuses(): Promise<InventoryStatus[]> {
  return toStatuses(await readFigures())
}

/** Figures of stock rows, gathered by city; in their order. */
export function toStatuses(figures: readonly Figures[]): InventoryStatus[] {
  return [...Map.groupBy(figures, (pool) => pool.cityId)].map(([cityId, pools]) => {
    const seats = (pick: (pool: Figures) => number) => figurePerTier(pools, pick, 0)
    return {
      cityId,
      publicLimits: seats((pool) => pool.publicLimit),
      actualLimits: seats((pool) => pool.actualLimit),
      sold: seats((pool) => pool.sold),
      held: seats((pool) => pool.held),
      publicAvailable: seats(publicAvailable),
      actualAvailable: seats(actualAvailable),
      isPublicSoldOut: pools.every(isPublicSoldOut),
      isActualSoldOut: pools.every(isActualSoldOut),
      lastUpdated: new Date(Math.max(...pools.map((pool) => pool.updatedAt.getTime()))),
    }
  })
}
