import { sql } from 'kysely'
import { database } from '@/lib/database'
import type { PerTier } from '@/lib/tier'
import { actualAvailable, isPublicSoldOut, publicAvailable, reachBySetting } from './availability'
import { figurePerTier, type Figures, readFigures, readNextLapse } from './figures'

/** All that a visitor may learn of a city's stock. */
export interface PublicStock {
  cityId: string
  publicLimits: PerTier<number>
  publicAvailable: PerTier<number>
  isPublicSoldOut: boolean
  /** When the public number last changed, not when the stock did: an expansion leaves no trace here. */
  lastUpdated: Date
}

export interface PublicStockReading {
  /** In order of date. */
  stock: PublicStock[]
  /** By city: it is on sale and the public number is used up, but seats may still sell ("Limited: last seats"). */
  lastSeats: Map<string, PerTier<boolean>>
  /** The next moment at which these numbers change by themselves. */
  nextChangeAt: Date | null
  /** The database's time of the reading. */
  readAt: Date
}

/** Reads what visitors may see of every city that is not archived, in one snapshot. */
export async function readPublicStock(): Promise<PublicStockReading> {
  return database()
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const figures = await readFigures({ connection: trx })
      const nextChangeAt = await readNextLapse(trx)
      const { rows } = await sql<{ now: Date }>`select app_now() as now`.execute(trx)
      return { ...toPublicStock(figures), nextChangeAt, readAt: rows[0]?.now ?? new Date() }
    })
}

/** The public view of figures: the one place where hidden numbers are left behind. */
export function toPublicStock(figures: readonly Figures[]): Pick<PublicStockReading, 'stock' | 'lastSeats'> {
  const stock: PublicStock[] = []
  const lastSeats: PublicStockReading['lastSeats'] = new Map()
  for (const [cityId, pools] of Map.groupBy(figures, (pool) => pool.cityId)) {
    stock.push({
      cityId,
      publicLimits: figurePerTier(pools, (pool) => pool.publicLimit, 0),
      publicAvailable: figurePerTier(pools, publicAvailable, 0),
      isPublicSoldOut: pools.every(isPublicSoldOut),
      lastUpdated: new Date(Math.max(...pools.map((pool) => pool.publicChangedAt.getTime()))),
    })
    lastSeats.set(cityId, figurePerTier(pools, hasOnlyHiddenSeats, false))
  }
  return { stock, lastSeats }
}

/** Only where somebody may buy them: while a city is not on sale, nothing tells that it has hidden seats. */
function hasOnlyHiddenSeats(pool: Figures): boolean {
  if (pool.saleState !== 'on_sale') return false
  return publicAvailable(pool) === 0 && reachBySetting(pool) === 'actual' && actualAvailable(pool) > 0
}
