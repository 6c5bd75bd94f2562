import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { Command } from '../commands'
import type { PrivateLink } from '../model'

/** Ids of the private links that holds name. */
export function linksNamed(commands: readonly Command[]): string[] {
  const ids = commands.flatMap((command) => (command.type === 'hold' ? (command.linkId ?? []) : []))
  return [...new Set(ids)]
}

/** Locks private links, so that no other transaction revokes or uses one until this one ends. */
export async function lockLinks(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`select 1 from private_links where id = any(${[...ids]}::uuid[]) order by id for update`.execute(
    trx,
  )
}

/**
 * Reads locked links with the seats that were sold through them, less returned ones. A reset of the city does not
 * free a link's seats.
 *
 * @param loaded reservations of the `State`, whose seats the rules count themselves
 */
export async function readLinks(
  trx: Trx,
  ids: readonly string[],
  loaded: readonly string[],
): Promise<Map<string, PrivateLink>> {
  if (ids.length === 0) return new Map()
  // Indexes: reservations_by_link, payments_by_reservation.
  const { rows } = await sql<PrivateLink>`
    select l.id, l.city_id as "cityId", l.tier, l.seats, l.email, l.expires_at as "expiresAt",
      l.revoked_at is not null as "isRevoked",
      ${soldThrough(sql`and not r.id = any(${[...loaded]}::text[])`)} as "soldElsewhere"
    from private_links l where l.id = any(${[...ids]}::uuid[])`.execute(trx)
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Seats sold through the link `l`, less those that were given back. A reservation that was released because its
 * payment had been refunded counts as sold once that refund has failed.
 */
export function soldThrough(which: ReturnType<typeof sql> = sql``) {
  return sql<number>`(
    select coalesce(sum(coalesce(p.seats_sold - p.seats_returned, r.quantity)), 0)::int
    from reservations r
    left join payments p on p.reservation_id = r.id and p.session_id = r.session_id
    where r.link_id = l.id and (r.status = 'sold' or p.seats_sold > p.seats_returned) ${which})`
}
