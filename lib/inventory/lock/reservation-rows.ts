import { type RawBuilder, sql } from 'kysely'
import { ahead, answerOf } from '@/db/ahead'
import type { ReservationStatus } from '@/db/tables/stock'
import type { Trx } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import type { Command } from '../commands'
import { linksNamed } from './link-rows'
import type { PoolId, Reservation } from '../model'
import { overdueIn, overdueUnpaid } from '../overdue-sql'

/** Ids of the reservations that commands name. */
export function reservationsNamed(commands: readonly Command[]): string[] {
  const ids = new Set<string>()
  for (const command of commands) {
    if ('reservationId' in command && command.reservationId !== null) ids.add(command.reservationId)
    if ('payment' in command && command.payment.reservationId) ids.add(command.payment.reservationId)
    if (command.type === 'hold' && command.extends) ids.add(command.extends)
  }
  return [...ids]
}

/**
 * Locks the reservations that the rules may change: those that are named, the live ones of cities that are reset,
 * and the overdue ones of the locked stock rows. Answers with each row as it is once locked: PostgreSQL reads a row
 * again that it has waited for. What other tables say may be older.
 */
export async function lockReservations(
  trx: Trx,
  wanted: {
    named: readonly string[]
    resets: readonly string[]
    pools: readonly PoolId[]
  },
): Promise<Reservation[]> {
  const { named, resets, pools } = wanted
  if (named.length + resets.length + pools.length === 0) return []
  // Index: reservations_by_pool, but the primary key for the named.
  const wantedIds = [
    sql`select unnest(${[...named]}::text[])`,
    sql`
      select r.id ${overdueIn(pools)}`,
  ]
  // Only for a reset: with this part in the statement, the planner reads too much for a single sale.
  if (resets.length > 0) {
    wantedIds.push(sql`
      select id from reservations
      where city_id = any(${[...resets]}::text[]) and status in ('held', 'awaiting') and lapses_at >= '-infinity'`)
  }
  const { rows } = await sql<LockedRow>`
    select ${columns} from reservations r
    where r.id in (${sql.join(wantedIds, sql` union `)})
    order by r.id
    for update`.execute(trx)
  return rows.map(toReservation)
}

export interface ReservationReading {
  reservations: Reservation[]
  /** Locked ones whose last moment has passed, and that no accepted payment names. */
  overdue: string[]
}

/**
 * Reads the locked and the named reservations. For holds it also reads the live ones of the same buyers and links,
 * to count their seats. A named reservation may be unlocked: then its stock row is locked, or the rules do not use it.
 */
export async function readReservations(
  trx: Trx,
  { locked: lockedIds, named }: { locked: readonly string[]; named: readonly string[] },
  commands: readonly Command[],
): Promise<ReservationReading> {
  const holds = commands.filter((command) => command.type === 'hold')
  const emails = holds.flatMap((hold) => hold.email ?? [])
  const addresses = holds.flatMap((hold) => hold.addressHash ?? [])
  const visitors = holds.flatMap((hold) => hold.visitorHash ?? [])
  const links = linksNamed(commands)
  const live = sql`status in ('held', 'awaiting')`
  // Each part has an index of its own. A part without keys is left out, since the planner would count its cost.
  const wantedIds: RawBuilder<unknown>[] = []
  const want = (keys: readonly string[], ids: (keys: string[]) => RawBuilder<unknown>) => {
    if (keys.length > 0) wantedIds.push(ids([...keys]))
  }
  want([...lockedIds, ...named], (keys) => sql`select unnest(${keys}::text[])`)
  want(emails, (keys) => sql`select id from reservations where email = any(${keys}::text[]) and ${live}`)
  want(
    addresses,
    (keys) => sql`select id from reservations where address_hash = any(${keys}::text[]) and ${live}`,
  )
  want(links, (keys) => sql`select id from reservations where link_id = any(${keys}::uuid[]) and ${live}`)
  want(
    visitors,
    (keys) => sql`select id from reservations
      where visitor_hash = any(${keys}::text[]) and status = 'held' and extends is null`,
  )
  if (wantedIds.length === 0) return { reservations: [], overdue: [] }
  const sent = await sql<ReservationRow>`${ahead}
    select ${columns}, ${overdueUnpaid('r')} as overdue
    from reservations r
    where r.id in (${sql.join(wantedIds, sql` union `)})
    order by r.id`.execute(trx)
  const rows = await answerOf(sent)
  const locked = new Set(lockedIds)
  return {
    reservations: rows.map(toReservation),
    overdue: rows.filter((row) => row.overdue && locked.has(row.id)).map((row) => row.id),
  }
}

interface ReservationRow {
  id: string
  overdue: boolean
  city_id: string
  tier: Tier
  quantity: number
  status: ReservationStatus
  epoch: number
  email: string | null
  visitor_hash: string | null
  address_hash: string | null
  extends: string | null
  created_at: Date
  expires_at: Date
  keepable_until: Date | null
  lapses_at: Date | number
  session_id: string | null
  session_expires_at: Date | null
  session_outcome: Reservation['sessionOutcome']
  lease_until: Date | null
  closed_because: string | null
  link_id: string | null
}

type LockedRow = Omit<ReservationRow, 'overdue'>

const columns = sql.raw(
  `r.id, r.city_id, r.tier, r.quantity, r.status, r.epoch, r.email, r.visitor_hash, r.address_hash, r.extends,
   r.created_at, r.expires_at, r.keepable_until, r.lapses_at, r.session_id, r.session_expires_at, r.session_outcome,
   r.lease_until, r.closed_because, r.link_id`,
)

function toReservation(row: LockedRow): Reservation {
  return {
    id: row.id,
    cityId: row.city_id,
    tier: row.tier,
    quantity: row.quantity,
    status: row.status,
    epoch: row.epoch,
    email: row.email,
    visitorHash: row.visitor_hash,
    addressHash: row.address_hash,
    extends: row.extends,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    keepableUntil: row.keepable_until,
    // PostgreSQL's `infinity` arrives as a number.
    lapsesAt: row.lapses_at instanceof Date ? row.lapses_at : null,
    // Written once, with the hold. No rule reads it.
    checkout: null,
    sessionId: row.session_id,
    sessionExpiresAt: row.session_expires_at,
    sessionOutcome: row.session_outcome,
    leaseUntil: row.lease_until,
    closedBecause: row.closed_because,
    linkId: row.link_id,
  }
}
