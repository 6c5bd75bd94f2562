import type { CityFigures } from '@/lib/analytics/cities'
import { actualAvailable, publicAvailable } from '@/lib/inventory/availability'
import type { InventoryStatus } from '@/lib/inventory/status'

interface GivenPool {
  sold?: number
  held?: number
  limit?: number
  publicLimit?: number
}

/** A city's whole stock that adds up: 35 GA and 15 VIP, unless told otherwise. */
export function stockOf({
  cityId = 'dallas-jan-2026',
  ga = {},
  vip = {},
}: { cityId?: string; ga?: GivenPool; vip?: GivenPool } = {}): InventoryStatus {
  const pool = ({ sold = 0, held = 0, limit, publicLimit }: GivenPool, usual: number) => {
    const shown = publicLimit ?? usual
    const figures = { sold, held, publicLimit: shown, actualLimit: limit ?? shown }
    return { ...figures, publicLeft: publicAvailable(figures), left: actualAvailable(figures) }
  }
  const [one, other] = [pool(ga, 35), pool(vip, 15)]
  const perTier = (pick: (of: typeof one) => number) => ({ ga: pick(one), vip: pick(other) })
  return {
    cityId,
    publicLimits: perTier((of) => of.publicLimit),
    actualLimits: perTier((of) => of.actualLimit),
    sold: perTier((of) => of.sold),
    held: perTier((of) => of.held),
    publicAvailable: perTier((of) => of.publicLeft),
    actualAvailable: perTier((of) => of.left),
    isPublicSoldOut: false,
    isActualSoldOut: one.sold >= one.actualLimit && other.sold >= other.actualLimit,
    lastUpdated: new Date('2026-01-01T00:00:00Z'),
  }
}

/** A city of a list. */
export function cityFigures(
  change: Partial<Omit<CityFigures, 'stock'>> & { stock?: Parameters<typeof stockOf>[0] } = {},
): CityFigures {
  const { stock, id = 'dallas-jan-2026', ...rest } = change
  return {
    id,
    name: 'Dallas',
    venue: 'The Hall',
    timeZone: 'America/Chicago',
    startsOn: '2026-01-26',
    endsOn: '2026-01-27',
    isPast: false,
    isArchived: false,
    saleState: 'on_sale',
    hiddenSale: { ga: 'open', vip: 'open' },
    epochs: { ga: 0, vip: 0 },
    stock: stockOf({ cityId: id, ...stock }),
    ...rest,
  }
}
