import { type RawBuilder, sql } from 'kysely'
import { database } from '@/lib/database'
import { overdueUnpaid } from '@/lib/inventory/overdue-sql'
import { isStorableText } from '@/lib/outside-text'
import type { Tier } from '@/lib/tier'
import { microsOf, momentOf, type Positioned, readTimeCursor, type TimeCursor } from '@/lib/time-cursor'

/** Seats in a checkout, or whose payment is on its way. */
export interface LiveHold {
  reservationId: string
  cityId: string
  tier: Tier
  /** Seats. */
  quantity: number
  status: LiveStatus
  email: string | null
  createdAt: Date
  expiresAt: Date
  /** Whole seconds until it expires; below 0 while the sweep has not come to it. */
  secondsLeft: number
}

type LiveStatus = 'held' | 'awaiting'

export interface LiveHolds {
  /** Those that end first come first, and last those whose payment is on its way. */
  holds: LiveHold[]
  /** How many there are in all, on other pages, too; 0 where this one is empty. */
  total: number
  /** For the next page; null on the last one. */
  nextCursor: string | null
}

/** A hold with the city it is in. */
export interface FoundHold extends LiveHold {
  cityName: string
  timeZone: string
}

/** One hold that counts, or null. */
export async function readLiveHold(reservationId: string): Promise<LiveHold | null> {
  if (!isStorableText(reservationId)) return null
  // Index: the primary key.
  const { rows } = await sql<LiveHold>`
    select ${holdColumns} from reservations r
    where r.id = ${reservationId} and ${counts}`.execute(database())
  return rows[0] ?? null
}

/**
 * A page of the holds of a city that count.
 *
 * @param page.cursor where the page before this one ended; one that cannot be read is the beginning
 * @param page.limit holds at most
 */
export async function readLiveHolds(
  cityId: string,
  { cursor, limit = 100 }: { cursor?: string | undefined; limit?: number } = {},
): Promise<LiveHolds> {
  const after = readPlace(cursor)
  // Index: reservations_by_pool. Holds that have lapsed are not counted any more.
  const { rows } = await sql<Positioned<LiveHold & { total: number }>>`
    select * from (
      select ${holdColumns}, ${microsOf(sql`r.expires_at`)} as position, count(*) over ()::int as total
      from reservations r
      where r.city_id = ${cityId} and r.lapses_at >= '-infinity' and ${counts}) live
    where ${after ? isAfter(after) : sql`true`}
    order by status desc, "expiresAt", "reservationId"
    limit ${limit + 1}`.execute(database())
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    holds: page.map(({ total: _, position: __, ...hold }) => hold),
    total: last?.total ?? 0,
    nextCursor: rows.length > limit && last ? `${last.status}~${last.position}~${last.reservationId}` : null,
  }
}

/** Holds found at most; one buyer may have few. */
export const mostHoldsFound = 50

/**
 * Finds holds that count, in any city, by exactly one of these: a reservation, a Checkout Session, or an email address
 * in any case. Those that end first come first; at most `limit`.
 */
export async function findLiveHolds(search: string, limit = mostHoldsFound): Promise<FoundHold[]> {
  const text = search.trim()
  if (!isStorableText(text)) return []
  // Indexes: the primary key, reservations_session, reservations_live_by_email.
  const { rows } = await sql<FoundHold>`
    select ${holdColumns}, c.name as "cityName", c.time_zone as "timeZone"
    from reservations r join cities c on c.id = r.city_id
    where r.id in (
      select id from reservations where id = ${text}
      union select id from reservations where session_id = ${text}
      union select id from reservations where email = ${text.toLowerCase()} and status in ('held', 'awaiting'))
    and ${counts}
    order by r.status desc, r.expires_at, r.id limit ${limit}`.execute(database())
  return rows
}

/** Held ones come before those whose payment is on its way; among each, those that end first. */
interface Place extends TimeCursor {
  status: LiveStatus
}

function readPlace(cursor: string | undefined): Place | null {
  const [, status, rest] = /^(held|awaiting)~(.*)$/.exec(cursor ?? '') ?? []
  const after = readTimeCursor(rest, isStorableText)
  return after && (status === 'held' || status === 'awaiting') ? { status, ...after } : null
}

function isAfter({ status, micros, id }: Place): RawBuilder<boolean> {
  return sql<boolean>`(status < ${status}
    or status = ${status} and ("expiresAt", "reservationId") > (${momentOf(micros)}, ${id}))`
}

const holdColumns = sql`r.id as "reservationId", r.city_id as "cityId", r.tier, r.quantity, r.status, r.email,
  r.created_at as "createdAt", r.expires_at as "expiresAt",
  floor(extract(epoch from r.expires_at - app_now()))::int as "secondsLeft"`

const counts = sql<boolean>`r.status in ('held', 'awaiting') and not (${overdueUnpaid('r')})`
