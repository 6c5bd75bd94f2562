import { sql } from 'kysely'
import type { SaleState } from '@/db/tables/cities'
import { database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import { type PerTier, perTier } from '@/lib/tier'

/** One workshop in one city. */
export interface City {
  id: string
  name: string
  venue: string
  address: string
  /** IANA name; dates and times are shown in it. */
  timeZone: string
  /** Calendar days in the city, `YYYY-MM-DD`. */
  startsOn: string
  endsOn: string
  /** Alone decides whether new holds are taken. */
  saleState: SaleState
  /** For so long seats are held for a buyer who pays. */
  holdMinutes: number
  prices: PerTier<Price>
}

export interface Price {
  amountCents: number
  /** ISO 4217, lower case as Stripe writes it. */
  currency: string
  /** A price kept at Stripe, which then decides the amount; null: `amountCents` does. */
  stripePriceId: string | null
}

/** A city that is not archived, or null. */
export async function getCityById(id: string): Promise<City | null> {
  if (!isStorableText(id)) return null
  return (await readCities(sql`c.archived_at is null and c.id = ${id}`))[0] ?? null
}

/** All cities that are not archived, in order of date. */
export async function listCities(): Promise<City[]> {
  return readCities(sql`c.archived_at is null`)
}

/** A city whatever its state, archived ones included: money that was paid finds its city. */
export async function findCity(id: string): Promise<City | null> {
  return (await readCities(sql`c.id = ${id}`))[0] ?? null
}

async function readCities(where: ReturnType<typeof sql>): Promise<City[]> {
  // Index: cities_by_date, or the primary key.
  const { rows } = await sql<CityRow>`
    select c.id, c.name, c.venue, c.address, c.time_zone, c.starts_on, c.ends_on, c.sale_state, c.hold_minutes,
      coalesce(jsonb_object_agg(p.tier, jsonb_build_object(
        'amountCents', p.amount_cents, 'currency', p.currency, 'stripePriceId', p.stripe_price_id))
        filter (where p.tier is not null), '{}') as prices
    from cities c left join prices p on p.city_id = c.id
    where ${where}
    group by c.id
    order by c.starts_on, c.id`.execute(database())
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    venue: row.venue,
    address: row.address,
    timeZone: row.time_zone,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    saleState: row.sale_state,
    holdMinutes: row.hold_minutes,
    prices: completePrices(row.prices),
  }))
}

/** A price for each tier: nothing where none was set. */
export function completePrices(prices: Partial<PerTier<Price>>): PerTier<Price> {
  return perTier((tier) => prices[tier] ?? { amountCents: 0, currency: 'usd', stripePriceId: null })
}

interface CityRow {
  id: string
  name: string
  venue: string
  address: string
  time_zone: string
  starts_on: string
  ends_on: string
  sale_state: SaleState
  hold_minutes: number
  prices: Partial<PerTier<Price>>
}
