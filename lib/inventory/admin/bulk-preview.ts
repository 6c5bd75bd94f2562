import { sql } from 'kysely'
import { database } from '@/lib/database'
import { type Tier } from '@/lib/tier'
import { highestLimit } from '../decide/limits'

/** What an expansion would do to a city. Limits in seats. */
export interface ExpansionPreview {
  cityId: string
  cityName: string
  before: number
  after: number
  sold: number
  /** It would be refused: a limit cannot be so high. */
  isTooHigh: boolean
}

/** What a reset would do to a city. */
export interface BulkResetPreview {
  cityId: string
  cityName: string
  /** The number of resets so far. */
  epoch: number
  /** Sold seats that would no longer be counted, and how many payments they belong to. */
  sold: number
  payments: number
  /** Seats in checkouts that would end, and hidden seats that would go. */
  held: number
  hidden: number
  /** Seats that are missing from the public limits, which would come back. */
  returning: number
}

/** Looks at an expansion of many cities; unknown ones are left out. In order of date. */
export async function previewExpansions(
  cityIds: readonly string[],
  { tier, additionalSpots }: { tier: Tier; additionalSpots: number },
): Promise<ExpansionPreview[]> {
  const { rows } = await sql<{ cityId: string; cityName: string; before: number; sold: number }>`
    select i.city_id as "cityId", c.name as "cityName", i.actual_limit as before, i.sold
    from inventory i join cities c on c.id = i.city_id
    where i.city_id = any(${[...cityIds]}::text[]) and i.tier = ${tier}
    order by c.starts_on, c.id`.execute(database())
  return rows.map((row) => {
    const after = row.before + additionalSpots
    return { ...row, after, isTooHigh: after > highestLimit }
  })
}

/** Looks at a reset of many cities; unknown ones are left out. In order of date. */
export async function previewResets(cityIds: readonly string[]): Promise<BulkResetPreview[]> {
  // Index: payments_by_pool_and_seats.
  const { rows } = await sql<BulkResetPreview>`
    select i.city_id as "cityId", c.name as "cityName", max(i.epoch) as epoch, sum(i.sold)::int as sold,
      sum(i.held)::int as held, sum(greatest(0, i.actual_limit - i.public_limit))::int as hidden,
      sum(greatest(0, i.public_limit - i.actual_limit))::int as returning,
      sum((select count(*) from payments p where p.city_id = i.city_id and p.tier = i.tier and p.epoch = i.epoch
        and p.seats_sold > p.seats_returned))::int as payments
    from inventory i join cities c on c.id = i.city_id
    where i.city_id = any(${[...cityIds]}::text[])
    group by i.city_id, c.name, c.starts_on
    order by c.starts_on, i.city_id`.execute(database())
  return rows
}
