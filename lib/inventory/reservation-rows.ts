import { type RawBuilder, sql } from 'kysely'
import { ahead, answerOf } from '@/db/ahead'
import { rowsOf } from '@/db/rows-of'
import type { ReservationStatus } from '@/db/tables/stock'
import type { Trx } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import { type Command, isGivenUp, soldByName } from './commands'
import { linksNamed } from './link-rows'
import type { Claim, PoolId, Reservation } from './model'
import type { OverdueHold } from './overdue-holds'
import { reservationPaymentId } from './payment-references'
import { poolColumns } from './pool-columns'

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
 * Locks the reservations that the rules may change: those named, the live ones of cities that are reset, and the
 * overdue ones of the locked stock rows. Answers with them as they are once locked, however long that took: the columns
 * of a row that is waited for are read again, what other rows say is not.
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
  // Only where there is one: a plan that reckons with all live holds of a city reads too much for a single sale.
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
 * Reads the locked and the named reservations, and the live ones of the same buyers and links, to count their
 * seats. A named one that is not locked is of a stock row that is, or plays no part.
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
  // Each by an index of its own; left out where nobody is meant, for a plan reckons with each.
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
  const locked = sql`r.id = any(${[...lockedIds]}::text[])`
  const sent = await sql<ReservationRow>`${ahead}
    select ${columns}, ${overdueUnclaimed('r')} and ${locked} as overdue
    from reservations r
    where r.id in (${sql.join(wantedIds, sql` union `)})
    order by r.id`.execute(trx)
  const rows = await answerOf(sent)
  return {
    reservations: rows.map(toReservation),
    overdue: rows.filter((row) => row.overdue).map((row) => row.id),
  }
}

export type OverdueReservation = OverdueHold & Pick<Reservation, 'id' | 'cityId' | 'tier'>

/**
 * Reads of these holds, and of all of these stock rows, those whose last moment has passed, as everybody else sees them
 * until this is committed. Nobody else ends one while its stock row is locked.
 */
export async function readOverdueHolds(
  trx: Trx,
  { ids = [], pools = [] }: { ids?: readonly string[]; pools?: readonly PoolId[] },
): Promise<OverdueReservation[]> {
  if (ids.length + pools.length === 0) return []
  // Indexes: the primary key, reservations_by_pool, and those of `seenOverdue`.
  const { rows } = await sql<OverdueReservation>`
    select r.id, r.city_id as "cityId", r.tier, r.quantity, clock.lapsed_at as "lapsedAt",
      clock.claimed_at as "claimedAt"
    from reservations r cross join lateral (${seenOverdue('r')}) clock
    where r.id in (select unnest(${[...ids]}::text[]) union select r.id ${overdueIn(pools, overdue('r'))})`.execute(
    trx,
  )
  return rows
}

/**
 * The overdue holds `r` of these cities and tiers, from `from` on.
 *
 * @param which by default those that no payment names: whoever locks a stock row locks them, too
 */
export function overdueIn(pools: readonly PoolId[], which = overdueUnclaimed('r')) {
  return sql`
      from ${rowsOf(pools, poolColumns)} pool
      join reservations r on r.city_id = pool.city_id and r.tier = pool.tier
      where ${which}`
}

/** A hold whose last moment has passed, and that no accepted but unprocessed payment names. */
export function overdueUnclaimed(alias: string) {
  return sql<boolean>`${overdue(alias)} and ${unclaimed(alias)}`
}

/** A hold whose last moment has passed. That it is not before all time says which index is meant: reservations_by_pool. */
export function overdue(alias: string) {
  const r = sql.raw(alias)
  return sql<boolean>`${r}.status = 'held' and ${r}.lapses_at >= '-infinity' and ${r}.lapses_at <= app_now()`
}

/**
 * No accepted but unprocessed event says that money for this reservation came, or is on its way. Those that only end a
 * session keep no seat: with all workers dead every page that nobody pays for leaves one.
 *
 * @param which of the events `e` that name it count; all by default
 */
export function unclaimed(alias: string, which: RawBuilder<unknown> = sql``) {
  const r = sql.raw(alias)
  // Indexes: stripe_events_waiting_by_reservation, stripe_events_waiting_by_session. `offset 0` has each hold looked up:
  // as a join, all that wait would be read.
  const waiting = sql`select 1 from stripe_events e where e.state = 'received' and ${claims}`
  return sql<boolean>`
    not exists (${waiting} and e.reservation_id = ${r}.id ${which} offset 0)
    and not exists (${waiting} and e.session_id = ${r}.session_id offset 0)`
}

/** Says that money for a reservation came, or is on its way. */
const claims = sql`e.type not in ('checkout.session.expired', 'checkout.session.async_payment_failed')`

/**
 * Of a hold `r` whose last moment has passed, since when readers do not count it (`lapsed_at`), and since when they do all
 * the same, for an accepted event waits (`claimed_at`); of any other, no row. An event that this transaction has
 * processed waits as far as everybody else can see. What was accepted and came to nothing gave the seats back when it
 * was processed.
 */
export function seenOverdue(alias: string) {
  const r = sql.raw(alias)
  // Indexes: stripe_events_by_session, stripe_events_waiting_by_reservation. `offset 0` as in `unclaimed`: the smallest
  // would be looked for among all events.
  const waits = sql`(e.state = 'received' or e.xmin is not distinct from pg_current_xact_id_if_assigned()::xid)`
  return sql`
    select greatest(${r}.lapses_at, of_session.processed_at) as lapsed_at, least(of_session.received_at, (
      select min(received_at) from (
        select e.received_at from stripe_events e
        where e.state = 'received' and ${claims} and e.reservation_id = ${r}.id offset 0) of_reservation)) as claimed_at
    from (
      select min(e.received_at) filter (where ${waits}) as received_at,
        max(e.processed_at) filter (where not ${waits}) as processed_at
      from stripe_events e where e.session_id = ${r}.session_id and ${claims}) of_session
    where ${overdue(alias)}`
}

/**
 * Which of the reservations that somebody gives up, or sells by name, are not theirs to give or sell: an accepted payment
 * names them, money is on its way for them, a person is yet to decide about what was paid, or it was sold to that money
 * before anybody here knew the name. Once all is locked, so that none of it is older than the locks.
 */
export async function readClaimed(
  trx: Trx,
  commands: readonly Command[],
): Promise<ReadonlyMap<string, Claim>> {
  const givenUp = commands.flatMap((command) => (isGivenUp(command) ? command.reservationId : []))
  const sold = commands.flatMap((command) => soldByName(command) ?? [])
  if (givenUp.length + sold.length === 0) return new Map()
  // Another session's money buys seats of its own, and may need these.
  const own = sql`and (r.session_id is null or e.session_id = r.session_id)`
  // Indexes: the primary key, payments_by_reservation. The row that a sale by name is to be of says already that it is sold.
  const { rows } = await sql<{ id: string; claim: Claim }>`
    select r.id, 'on_its_way' as claim from reservations r where r.id = any(${givenUp}::text[]) and not (${unclaimed('r', own)})
    union all
    select p.reservation_id, case when p.seats_sold > 0 then 'sold' when p.state = 'exception' then 'in_exception'
      else 'on_its_way' end
    from payments p left join reservations r on r.id = p.reservation_id
    where p.reservation_id = any(${sold}::text[])
      and (p.state in ('awaiting', 'exception') or p.seats_sold > 0 and p.id <> all(${sold.map(reservationPaymentId)}::text[]))
      and (r.session_id is null or r.session_id = p.session_id)`.execute(trx)
  const claimed = new Map<string, Claim>()
  // A second session's money changes nothing about the sale that there is.
  for (const { id, claim } of rows) if (claimed.get(id) !== 'sold') claimed.set(id, claim)
  return claimed
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
    // What was asked of Stripe is written once, with the hold, and plays no part in the rules.
    checkout: null,
    sessionId: row.session_id,
    sessionExpiresAt: row.session_expires_at,
    sessionOutcome: row.session_outcome,
    leaseUntil: row.lease_until,
    closedBecause: row.closed_because,
    linkId: row.link_id,
  }
}
