import { sql } from 'kysely'
import { database } from '@/lib/database'
import { overdueUnpaid } from '@/lib/inventory/overdue-sql'
import { isStorableText } from '@/lib/outside-text'
import type { Tier } from '@/lib/tier'

/** Seats that somebody has in a checkout, or whose payment is on its way. */
export interface LiveHold {
  reservationId: string
  tier: Tier
  /** Seats. */
  quantity: number
  status: 'held' | 'awaiting'
  email: string | null
  createdAt: Date
  expiresAt: Date
  /** Whole seconds until it expires; below 0 while the sweep has not come to it. */
  secondsLeft: number
}

export interface LiveHolds {
  /** Those that end first come first. */
  holds: LiveHold[]
  /** How many there are in all. */
  total: number
}

/** One hold that counts, or null. */
export async function readLiveHold(reservationId: string): Promise<(LiveHold & { cityId: string }) | null> {
  if (!isStorableText(reservationId)) return null
  // Index: the primary key.
  const { rows } = await sql<LiveHold & { cityId: string }>`
    select city_id as "cityId", ${holdColumns} from reservations r
    where id = ${reservationId} and ${counts}`.execute(database())
  return rows[0] ?? null
}

/** The holds of a city that count; at most `limit` of them. */
export async function readLiveHolds(cityId: string, limit = 100): Promise<LiveHolds> {
  // Index: reservations_by_pool. What has lapsed is no longer counted by anybody.
  const { rows } = await sql<LiveHold & { total: number }>`
    select ${holdColumns}, count(*) over ()::int as total
    from reservations r
    where city_id = ${cityId} and ${counts}
    order by status desc, expires_at, id
    limit ${limit}`.execute(database())
  return { holds: rows.map(({ total: _, ...hold }) => hold), total: rows[0]?.total ?? 0 }
}

const holdColumns = sql`id as "reservationId", tier, quantity, status, email, created_at as "createdAt",
  expires_at as "expiresAt", floor(extract(epoch from expires_at - app_now()))::int as "secondsLeft"`

const counts = sql<boolean>`status in ('held', 'awaiting') and lapses_at >= '-infinity' and not (${overdueUnpaid('r')})`
