import { sql } from 'kysely'
import { database } from '@/lib/database'

/** When a city was given its first stock; null for a city without any. */
export async function readOpening(cityId: string): Promise<Date | null> {
  // Index: inventory_transactions_sequence, the first row of each chain.
  const { rows } = await sql<{ at: Date | null }>`
    select min(occurred_at) as at from inventory_transactions
    where city_id = ${cityId} and tier in ('ga', 'vip') and sequence = 1`.execute(database())
  return rows[0]?.at ?? null
}
