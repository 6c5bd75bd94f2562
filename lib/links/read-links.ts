import { type RawBuilder, sql } from 'kysely'
import { database } from '@/lib/database'
import { soldThrough } from '@/lib/inventory/link-rows'
import { overdueUnclaimed } from '@/lib/inventory/reservation-rows'
import { isUuid } from '@/lib/is-uuid'
import { tokenHash } from '@/lib/random-token'
import type { Tier } from '@/lib/tier'

/** A private link as admins see it. The link itself was shown once, when it was issued. */
export interface LinkSummary {
  id: string
  cityId: string
  cityName: string
  tier: Tier
  seats: number
  /** Seats sold through it, less returned ones. */
  sold: number
  /** Seats in checkouts that were begun with it. */
  held: number
  email: string | null
  note: string
  createdAt: Date
  createdBy: string
  expiresAt: Date
  state: 'active' | 'expired' | 'revoked'
}

/** The latest links first, at most 200, the active ones before all others. */
export async function listLinks(): Promise<LinkSummary[]> {
  return select(
    sql`true order by (l.revoked_at is null and l.expires_at > app_now()) desc, l.created_at desc limit 200`,
  )
}

export async function getLink(id: string): Promise<LinkSummary | null> {
  if (!isUuid(id)) return null
  return (await select(sql`l.id = ${id}`))[0] ?? null
}

/** The link that somebody has followed, whatever its state, or null. */
export async function findLink(token: string): Promise<LinkSummary | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null
  // The unique index on token_hash. Looking up a hash tells by its time nothing about the token.
  return (await select(sql`l.token_hash = ${tokenHash(token)}`))[0] ?? null
}

async function select(where: RawBuilder<unknown>): Promise<LinkSummary[]> {
  const { rows } = await sql<LinkSummary>`
    select l.id, l.city_id as "cityId", c.name as "cityName", l.tier, l.seats, l.email, l.note,
      l.created_at as "createdAt", l.created_by as "createdBy", l.expires_at as "expiresAt",
      ${soldThrough()} as sold,
      (select coalesce(sum(r.quantity), 0)::int from reservations r
        where r.link_id = l.id and r.status in ('held', 'awaiting') and not (${overdueUnclaimed('r')})) as held,
      case when l.revoked_at is not null then 'revoked' when l.expires_at <= app_now() then 'expired'
        else 'active' end as state
    from private_links l join cities c on c.id = l.city_id
    where ${where}`.execute(database())
  return rows
}
