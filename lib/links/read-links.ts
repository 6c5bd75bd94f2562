import { type RawBuilder, sql } from 'kysely'
import { database } from '@/lib/database'
import { soldThrough } from '@/lib/inventory/lock/link-rows'
import { overdueUnpaid } from '@/lib/inventory/overdue-sql'
import { tokenHash } from '@/lib/random-token'
import { isUuid } from '@/lib/is-uuid'
import { isStorableText } from '@/lib/outside-text'
import type { Tier } from '@/lib/tier'
import {
  microsOf,
  momentOf,
  type Positioned,
  readTimeCursor,
  timePage,
  withoutPosition,
} from '@/lib/time-cursor'

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

export interface LinkPage {
  /** Newest first. */
  links: LinkSummary[]
  /** For the next, older page; null on the last one. */
  nextCursor: string | null
}

export interface LinkQuery {
  cityId?: string | undefined
  /** Neither expired nor revoked. */
  onlyActive?: boolean
  /** Where the page before this one ended. A cursor that cannot be read means the beginning. */
  cursor?: string | undefined
}

/** Links on a page. */
const linkPageSize = 50

/** A page of the links that were issued. */
export async function listLinks({ cityId, onlyActive = false, cursor }: LinkQuery = {}): Promise<LinkPage> {
  if (cityId !== undefined && !isStorableText(cityId)) return { links: [], nextCursor: null }
  const after = readTimeCursor(cursor, isUuid)
  // Index: private_links_by_time.
  const rows = await select(sql`
    ${cityId === undefined ? sql`true` : sql`l.city_id = ${cityId}`}
    and ${onlyActive ? sql`l.revoked_at is null and l.expires_at > app_now()` : sql`true`}
    and ${after ? sql`(l.created_at, l.id) < (${momentOf(after.micros)}, ${after.id})` : sql`true`}
    order by l.created_at desc, l.id desc limit ${linkPageSize + 1}`)
  const { page: links, nextCursor } = timePage(rows, linkPageSize)
  return { links, nextCursor }
}

/** The link that a buyer has followed, whatever its state, or null. */
export async function findLink(token: string): Promise<LinkSummary | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null
  // The unique index on token_hash. Looking up a hash tells by its time nothing about the token.
  const [row] = await select(sql`l.token_hash = ${tokenHash(token)}`)
  return row ? withoutPosition(row) : null
}

async function select(rest: RawBuilder<unknown>): Promise<Positioned<LinkSummary>[]> {
  const { rows } = await sql<Positioned<LinkSummary>>`
    select l.id, l.city_id as "cityId", c.name as "cityName", l.tier, l.seats, l.email, l.note,
      l.created_at as "createdAt", l.created_by as "createdBy", l.expires_at as "expiresAt",
      ${microsOf(sql`l.created_at`)} as position,
      ${soldThrough()} as sold,
      (select coalesce(sum(r.quantity), 0)::int from reservations r
        where r.link_id = l.id and r.status in ('held', 'awaiting') and not (${overdueUnpaid('r')})) as held,
      case when l.revoked_at is not null then 'revoked' when l.expires_at <= app_now() then 'expired'
        else 'active' end as state
    from private_links l join cities c on c.id = l.city_id
    where ${rest}`.execute(database())
  return rows
}
