import type { z } from 'zod'
import type { InventoryStatus } from '@/lib/inventory'
import type { RecentSales } from '@/lib/inventory/recent-sales'
import { type PerTier, perTier } from '@/lib/tier'
import type { analytics, summary } from './schemas/overview'

/** Totals of all cities. */
export function summarize(statuses: readonly InventoryStatus[]): z.output<typeof summary> {
  const total = (pick: (status: InventoryStatus) => PerTier<number>) =>
    perTier((tier) => statuses.reduce((sum, status) => sum + pick(status)[tier], 0))
  const count = (holds: (status: InventoryStatus) => boolean) => statuses.filter(holds).length
  return {
    totalCities: statuses.length,
    publicSoldOutCities: count((status) => status.isPublicSoldOut),
    actualSoldOutCities: count((status) => status.isActualSoldOut),
    expandedCities: count(
      ({ actualLimits, publicLimits }) =>
        actualLimits.ga > publicLimits.ga || actualLimits.vip > publicLimits.vip,
    ),
    publicLimits: total((status) => status.publicLimits),
    actualLimits: total((status) => status.actualLimits),
    sold: total((status) => status.sold),
    held: total((status) => status.held),
    publicAvailable: total((status) => status.publicAvailable),
    actualAvailable: total((status) => status.actualAvailable),
  }
}

/** @param page the cities to look at one by one */
export function analyse(
  statuses: readonly InventoryStatus[],
  page: readonly InventoryStatus[],
  recent: ReadonlyMap<string, RecentSales>,
): z.output<typeof analytics> {
  const cities = page.map((status) => ({
    cityId: status.cityId,
    sellThrough: sellThrough(status),
    soldLastDay: Math.max(0, recent.get(status.cityId)?.lastDay ?? 0),
    soldLastWeek: Math.max(0, recent.get(status.cityId)?.lastWeek ?? 0),
  }))
  return {
    sellThrough: sellThrough(summarize(statuses)),
    cities: cities.sort((one, other) => other.sellThrough.all - one.sellThrough.all),
  }
}

function sellThrough({ sold, actualLimits }: Pick<InventoryStatus, 'sold' | 'actualLimits'>) {
  const share = (part: number, whole: number) =>
    whole > 0 ? Math.round((part / whole) * 10_000) / 10_000 : 0
  return {
    ga: share(sold.ga, actualLimits.ga),
    vip: share(sold.vip, actualLimits.vip),
    all: share(sold.ga + sold.vip, actualLimits.ga + actualLimits.vip),
  }
}
