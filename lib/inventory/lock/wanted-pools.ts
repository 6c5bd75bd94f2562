import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { Command } from '../commands'
import type { PoolId } from '../model'
import { poolColumns } from '../pool-columns'

/** Which stock rows commands are about. */
export interface WantedPools {
  /** Stock rows that the commands or their payments name. */
  named: readonly PoolId[]
  /** Ids of reservations: their stock rows are wanted. */
  reservations?: readonly string[]
  /**
   * Visitors who ask for a hold in a city. Wanted is the stock row of the live hold that they already have there.
   */
  visitors?: readonly { visitor: string; cityId: string }[]
}

/** The visitors who ask for a hold, each with the city. */
export function visitorsOf(commands: readonly Command[]): NonNullable<WantedPools['visitors']> {
  return commands.flatMap((command) =>
    command.type === 'hold' && command.visitorHash
      ? [{ visitor: command.visitorHash, cityId: command.cityId }]
      : [],
  )
}

/**
 * A query for the city and tier of the wanted stock rows. It needs no lock: a reservation's city and tier never
 * change, and no other transaction gives a visitor a hold while this one has the visitor's turn. Indexes: the
 * primary key, and reservations_one_live_hold once for each visitor.
 */
export function selectWanted({ named, reservations = [], visitors = [] }: WantedPools) {
  return sql`
    select city_id, tier
    from ${rowsOf(named, poolColumns)} named
    union
    select city_id, tier from reservations where id = any(${[...reservations]}::text[])
    union
    select held.city_id, held.tier
    from ${rowsOf(visitors, { visitor_hash: ['text', (one) => one.visitor], city_id: ['text', (one) => one.cityId] })}
      visiting
    cross join lateral (
      select r.city_id, r.tier from reservations r
      where r.visitor_hash = visiting.visitor_hash and r.city_id = visiting.city_id and r.status = 'held'
        and r.extends is null
      limit 1) held`
}
