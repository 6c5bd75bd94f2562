import { sql } from 'kysely'
import { database } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import type { Jump } from './periods'

export interface PoolJump extends Jump {
  cityId: string
  tier: Tier
}

/** Resets and their undoing since a moment, of all cities or of those named. */
export async function readJumps(since: Date, cityIds?: readonly string[]): Promise<PoolJump[]> {
  // Index: inventory_transactions_jumps.
  const { rows } = await sql<PoolJump>`
    select city_id as "cityId", tier, occurred_at as at, sold_after - sold_before as seats
    from inventory_transactions
    where operation in ('reset', 'undo') and sold_before <> sold_after and occurred_at > ${since}::timestamptz
      and ${cityIds === undefined ? sql`true` : sql`city_id = any(${[...cityIds]}::text[])`}`.execute(
    database(),
  )
  return rows
}
