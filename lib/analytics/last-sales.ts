import { sql } from 'kysely'
import { database } from '@/lib/database'
import type { Tier } from '@/lib/tier'

export interface LastSale {
  cityId: string
  tier: Tier
  at: Date
}

/** When each tier of the given cities last sold a seat; those that never did are left out. */
export async function readLastSales(cityIds: readonly string[]): Promise<LastSale[]> {
  // Index: inventory_transactions_sequence, backwards from the end of each chain.
  const { rows } = await sql<LastSale>`
    select i.city_id as "cityId", i.tier, sale.at
    from inventory i
    cross join lateral (
      select t.occurred_at as at from inventory_transactions t
      where t.city_id = i.city_id and t.tier = i.tier and t.operation = 'decrement'
      order by t.sequence desc limit 1) sale
    where i.city_id = any(${[...cityIds]}::text[])`.execute(database())
  return rows
}
