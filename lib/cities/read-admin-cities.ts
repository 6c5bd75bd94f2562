import { type RawBuilder, sql } from 'kysely'
import type { SaleState } from '@/db/tables/cities'
import { type Connection, database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import { type PerTier, perTier } from '@/lib/tier'
import { completePrices, type Price } from './cities'
import type { CityDetails } from './city-input'

/** A city as its settings show it, archived ones included. */
export interface AdminCity {
  id: string
  details: CityDetails
  saleState: SaleState
  isArchived: boolean
  /** What customers may see of each tier, and what of it is taken. */
  limits: PerTier<{ publicLimit: number; sold: number; held: number }>
}

/** What a city is looked for by. */
export interface CityName {
  id: string
  name: string
}

/** All cities in order of date, the archived ones last. */
export async function listCityNames(): Promise<CityName[]> {
  const { rows } = await sql<CityName>`
    select id, name from cities order by archived_at is not null, starts_on, id`.execute(database())
  return rows
}

/** These cities, in the same order. */
export async function readCitiesForAdmins(ids: readonly string[]): Promise<AdminCity[]> {
  // The primary key.
  return select(sql`c.id = any(${ids}::text[]) order by c.archived_at is not null, c.starts_on, c.id`)
}

/** One city, archived or not; null for the id of none, whatever its form. */
export async function readCityForAdmins(
  id: string,
  connection: Connection = database(),
): Promise<AdminCity | null> {
  if (!isStorableText(id)) return null
  return (await select(sql`c.id = ${id}`, connection))[0] ?? null
}

async function select(rest: RawBuilder<unknown>, connection: Connection = database()): Promise<AdminCity[]> {
  const { rows } = await sql<Row>`
    select c.id, c.name, c.venue, c.address, c.time_zone as "timeZone", c.starts_on as "startsOn",
      c.ends_on as "endsOn", c.sale_state as "saleState", c.hold_minutes as "holdMinutes",
      c.archived_at is not null as "isArchived",
      (select coalesce(jsonb_object_agg(tier, jsonb_build_object('amountCents', amount_cents, 'currency', currency,
        'stripePriceId', stripe_price_id)), '{}') from prices where city_id = c.id) as prices,
      (select coalesce(jsonb_object_agg(tier, jsonb_build_object('publicLimit', public_limit,
        'sold', sold, 'held', held)), '{}')
        from inventory where city_id = c.id) as limits
    from cities c
    where ${rest}`.execute(connection)
  return rows.map(({ id, saleState, isArchived, prices, limits, ...details }) => ({
    id,
    saleState,
    isArchived,
    details: { ...details, prices: completePrices(prices) },
    limits: perTier((tier) => limits[tier] ?? noStock),
  }))
}

type Row = Omit<CityDetails, 'prices'> &
  Pick<AdminCity, 'id' | 'saleState' | 'isArchived'> & {
    prices: Partial<PerTier<Price>>
    limits: Partial<AdminCity['limits']>
  }

const noStock = { publicLimit: 0, sold: 0, held: 0 }
