import { type RawBuilder, sql } from 'kysely'
import { type Columns, rowsOf } from '@/db/rows-of'
import type { Trx } from '@/lib/database'
import type { PoolId, Reservation } from './model'
import type { OverdueHold } from './overdue-holds'
import { poolColumns } from './pool-columns'

export type OverdueReservation = OverdueHold & Pick<Reservation, 'id' | 'cityId' | 'tier'>

/**
 * Reads overdue holds, by their ids or all of some stock rows, as other transactions see them until this one
 * commits. The caller has locked the stock rows, so no other transaction ends these holds.
 *
 * @param which.sessions by reservation id, sessions that this transaction has learned and not written yet
 */
export async function readOverdueHolds(
  trx: Trx,
  which: ({ ids: readonly string[] } | { pools: readonly PoolId[] }) & {
    sessions: ReadonlyMap<string, string>
  },
): Promise<OverdueReservation[]> {
  const wanted = 'ids' in which ? which.ids : which.pools
  if (wanted.length === 0) return []
  // Indexes: the primary key, reservations_by_pool, and those of `seenOverdue`. `offset 0` has each id looked up: where
  // PostgreSQL expects no overdue hold, a join would compare each of them with each id.
  const holds =
    'ids' in which
      ? sql`unnest(${[...which.ids]}::text[]) wanted (id)
        cross join lateral (select * from reservations where id = wanted.id offset 0) r`
      : sql`${rowsOf(which.pools, poolColumns)} pool
        join reservations r on r.city_id = pool.city_id and r.tier = pool.tier and ${overdue('r')}`
  const { rows } = await sql<OverdueReservation>`
    select r.id, r.city_id as "cityId", r.tier, r.quantity, clock.lapsed_at as "lapsedAt",
      clock.kept_since as "keptSince"
    from ${holds}
    left join ${rowsOf([...which.sessions], learnedColumns)} learned on learned.id = r.id
    cross join lateral (${seenOverdue('r', sql`coalesce(r.session_id, learned.session_id)`)}) clock`.execute(
    trx,
  )
  return rows
}

const learnedColumns: Columns<[id: string, sessionId: string]> = {
  id: ['text', ([id]) => id],
  session_id: ['text', ([, sessionId]) => sessionId],
}

/**
 * The part of a query from `from` on: the overdue holds `r` of these cities and tiers that no payment waits for. `execute`
 * locks them with their stock row, to lapse them.
 */
export function overdueIn(pools: readonly PoolId[]) {
  return sql`
      from ${rowsOf(pools, poolColumns)} pool
      join reservations r on r.city_id = pool.city_id and r.tier = pool.tier
      where ${overdueUnpaid('r')}`
}

/** A hold whose last moment has passed, and that no accepted but unprocessed payment names. */
export function overdueUnpaid(alias: string) {
  return sql<boolean>`${overdue(alias)} and ${noPaymentWaits(alias)}`
}

/**
 * A hold whose last moment has passed. The bound `-infinity` is always met: it names the condition of the index
 * reservations_by_pool, so that the planner uses that.
 */
export function overdue(alias: string) {
  const r = sql.raw(alias)
  return sql<boolean>`${r}.status = 'held' and ${r}.lapses_at >= '-infinity' and ${r}.lapses_at <= app_now()`
}

/**
 * No accepted but unprocessed event says that money for this reservation came, or is on its way. An event that only
 * ends a session keeps no seat: Stripe sends one for every page that no buyer pays for, and while all workers are
 * dead these events pile up.
 *
 * @param which of the events `e` that name the reservation by its id count; all by default
 */
export function noPaymentWaits(alias: string, which: RawBuilder<unknown> = sql``) {
  const r = sql.raw(alias)
  // Indexes: stripe_events_waiting_by_reservation, stripe_events_waiting_by_session. `offset 0` makes PostgreSQL
  // look up each hold: as a join it would read all waiting events.
  const waiting = sql`select 1 from stripe_events e where e.state = 'received' and ${tellsOfMoney}`
  return sql<boolean>`
    not exists (${waiting} and e.reservation_id = ${r}.id ${which} offset 0)
    and not exists (${waiting} and e.session_id = ${r}.session_id offset 0)`
}

/** Says that money for a reservation came, or is on its way. */
const tellsOfMoney = sql`e.type not in ('checkout.session.expired', 'checkout.session.async_payment_failed')`

/**
 * One row for an overdue hold `r`, none for any other:
 * - `lapsed_at`: since when readers do not count it;
 * - `kept_since`: since when they count it again, because an accepted event waits; null if there is none.
 *
 * An event that this transaction has processed still waits in the eyes of all others. An event that was processed
 * and sold nothing gave the seats back at that moment, so `lapsed_at` is not earlier.
 *
 * @param session its session's id; by default as its row has it
 */
export function seenOverdue(alias: string, session = sql`${sql.raw(alias)}.session_id`) {
  const r = sql.raw(alias)
  // Indexes: stripe_events_by_session, stripe_events_waiting_by_reservation. Without `offset 0` PostgreSQL would
  // look for the smallest among all events.
  const waits = sql`(e.state = 'received' or e.xmin is not distinct from pg_current_xact_id_if_assigned()::xid)`
  return sql`
    select greatest(${r}.lapses_at, of_session.processed_at) as lapsed_at, least(of_session.received_at, (
      select min(received_at) from (
        select e.received_at from stripe_events e
        where e.state = 'received' and ${tellsOfMoney} and e.reservation_id = ${r}.id offset 0) of_reservation))
        as kept_since
    from (
      select min(e.received_at) filter (where ${waits}) as received_at,
        max(e.processed_at) filter (where not ${waits}) as processed_at
      from stripe_events e where e.session_id = ${session} and ${tellsOfMoney}) of_session
    where ${overdue(alias)}`
}
