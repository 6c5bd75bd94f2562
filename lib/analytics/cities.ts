import { type RawBuilder, sql } from 'kysely'
import type { SaleState } from '@/lib/cities'
import { database } from '@/lib/database'
import { figurePerTier, type Figures, readFigures } from '@/lib/inventory/figures'
import { type InventoryStatus, toStatuses } from '@/lib/inventory/status'
import { isStorableText } from '@/lib/outside-text'
import type { PerTier } from '@/lib/tier'

/** A city with all its numbers, as lists of cities need it. */
export interface CityFigures {
  id: string
  name: string
  timeZone: string
  /** Calendar days in the city, `YYYY-MM-DD`. */
  startsOn: string
  endsOn: string
  venue: string
  /** Its last day is over there. */
  isPast: boolean
  isArchived: boolean
  saleState: SaleState
  hiddenSale: PerTier<Figures['hiddenSale']>
  /** How often each tier was reset. */
  epochs: PerTier<number>
  stock: InventoryStatus
}

/** All cities that are not archived, in order of date. */
export async function readCityFigures(): Promise<CityFigures[]> {
  return gather(readFigures(), readCities(sql`archived_at is null`))
}

/** One city, archived or not; null where there is none. */
export async function readCity(cityId: string): Promise<CityFigures | null> {
  if (!isStorableText(cityId)) return null
  const figures = readFigures({ cityId })
  const [city] = await gather(figures, readCities(sql`id = ${cityId}`))
  return city ?? null
}

async function gather(
  reading: Promise<Figures[]>,
  readingCities: ReturnType<typeof readCities>,
): Promise<CityFigures[]> {
  const [figures, cities] = await Promise.all([reading, readingCities])
  const stockOf = new Map(toStatuses(figures).map((stock) => [stock.cityId, stock]))
  const poolsOf = Map.groupBy(figures, (pool) => pool.cityId)
  return cities.flatMap((city) => {
    const stock = stockOf.get(city.id)
    const pools = poolsOf.get(city.id) ?? []
    const hiddenSale = figurePerTier(pools, (pool) => pool.hiddenSale, 'open')
    const epochs = figurePerTier(pools, (pool) => pool.epoch, 0)
    return stock ? [{ ...city, stock, hiddenSale, epochs }] : []
  })
}

async function readCities(
  where: RawBuilder<unknown>,
): Promise<Omit<CityFigures, 'stock' | 'hiddenSale' | 'epochs'>[]> {
  // Index: cities_by_date, or the primary key.
  const { rows } = await sql<Omit<CityFigures, 'stock' | 'hiddenSale' | 'epochs'>>`
    select id, name, time_zone as "timeZone", starts_on as "startsOn", ends_on as "endsOn", sale_state as "saleState",
      venue, ends_on < (app_now() at time zone known_zone(time_zone))::date as "isPast",
      archived_at is not null as "isArchived"
    from cities where ${where} order by starts_on, id`.execute(database())
  return rows
}
