import { sql } from 'kysely'
import { database } from '@/lib/database'
import { lockedPools, poolsNamed } from '@/lib/inventory/lock/turns-and-pools'
import { type PoolId, type PoolKey, poolKey } from '@/lib/inventory/model'
import { reservationPaymentId } from '@/lib/inventory/lock/payment-references'
import { overdueIn } from '@/lib/inventory/overdue-sql'
import { reservationsNamed } from '@/lib/inventory/lock/reservation-rows'
import type { Tier } from '@/lib/tier'
import type { Plan } from './plan'

/**
 * What another transaction keeps locked of the rows that a plan needs:
 * - `own`: the plan's event, payment or reservation.
 * - A pool: its stock row, which many plans share, or an overdue hold that has to lapse before seats of that pool
 *   are sold.
 */
export type LockedRow = 'own' | PoolKey

/**
 * Finds the plans that need a row which another transaction has locked at this moment, by the key of their news.
 * Waits for no lock and keeps none. So a row in ordinary use may be among them, and a row that is not committed yet
 * is not seen.
 */
export async function findLocked(plans: readonly Plan[]): Promise<Map<string, LockedRow>> {
  const payments = await paymentsOf(plans)
  const needs = plans.map((plan) => {
    const commands = plan.groups.flat()
    const own = namesOf(plan).flatMap((name) => payments.get(name) ?? [])
    const reservations = [...reservationsNamed(commands), ...own.flatMap((one) => one.reservationId ?? [])]
    return { key: plan.news.key, payments: own, reservations, pools: [...poolsNamed(commands).values()] }
  })
  const reservations = await poolsOf(needs.flatMap((need) => need.reservations))
  const pools = needs.map((need) => [
    ...need.pools,
    ...need.payments.flatMap((one) => (one.cityId && one.tier ? { cityId: one.cityId, tier: one.tier } : [])),
    ...need.reservations.flatMap((id) => reservations.get(id) ?? []),
  ])
  const overdue = await overdueOf(pools.flat())
  const lockedEvents = await lockedIds(
    'stripe_events',
    needs.map(({ key }) => key),
  )
  const lockedPayments = await lockedIds(
    'payments',
    needs.flatMap((need) => need.payments.map(({ id }) => id)),
  )
  const lockedReservations = await lockedIds('reservations', [...reservations.keys(), ...overdue.keys()])
  const behindHolds = [...overdue].flatMap(([id, pool]) => (lockedReservations.has(id) ? poolKey(pool) : []))
  const stock = new Set([...(await lockedPools(pools.flat())), ...behindHolds])
  const locked = new Map<string, LockedRow>()
  for (const [index, need] of needs.entries()) {
    const isOwn =
      lockedEvents.has(need.key) ||
      need.payments.some(({ id }) => lockedPayments.has(id)) ||
      need.reservations.some((id) => lockedReservations.has(id))
    const row = isOwn ? 'own' : pools[index]?.map(poolKey).find((pool) => stock.has(pool))
    if (row) locked.set(need.key, row)
  }
  return locked
}

interface NamedPayment {
  id: string
  sessionId: string | null
  paymentIntentId: string | null
  reservationId: string | null
  cityId: string | null
  tier: Tier | null
}

/** Payments under each of their names: our own id, the session and the payment intent. */
async function paymentsOf(plans: readonly Plan[]): Promise<Map<string, NamedPayment[]>> {
  const names = [...new Set(plans.flatMap(namesOf))]
  // Indexes: the primary key, payments_session and payments_payment_intent.
  const { rows } = await sql<NamedPayment>`
    select id, session_id as "sessionId", payment_intent_id as "paymentIntentId",
      reservation_id as "reservationId", city_id as "cityId", tier
    from payments
    where id in (
      select unnest(${names}::text[])
      union select id from payments where session_id = any(${names}::text[])
      union select id from payments where payment_intent_id = any(${names}::text[]))`.execute(database())
  const named = new Map<string, NamedPayment[]>()
  for (const row of rows) {
    for (const name of new Set([row.id, row.sessionId, row.paymentIntentId]))
      if (name !== null) named.set(name, [...(named.get(name) ?? []), row])
  }
  return named
}

function namesOf({ payment }: Plan): string[] {
  const { paymentIntentId, sessionId, reservationId } = payment ?? {}
  const names = [paymentIntentId, sessionId, reservationId ? reservationPaymentId(reservationId) : null]
  return names.flatMap((name) => name ?? [])
}

/** A reservation's city and tier, which never change. */
async function poolsOf(reservations: readonly string[]): Promise<Map<string, PoolId>> {
  const { rows } = await sql<{ id: string } & PoolId>`
    select id, city_id as "cityId", tier from reservations
    where id = any(${[...new Set(reservations)]}::text[])`.execute(database())
  return new Map(rows.map((row) => [row.id, row]))
}

/** Overdue holds of these cities and tiers that no payment waits for. */
async function overdueOf(pools: readonly PoolId[]): Promise<Map<string, PoolId>> {
  // Index: reservations_by_pool.
  const { rows } = await sql<{ id: string } & PoolId>`
    select distinct r.id, r.city_id as "cityId", r.tier ${overdueIn(pools)}`.execute(database())
  return new Map(rows.map((row) => [row.id, row]))
}

/** The rows that another transaction has locked at this moment. Index: the primary key. */
async function lockedIds(
  table: 'stripe_events' | 'payments' | 'reservations',
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const wanted = [...new Set(ids)]
  const { rows } = await sql<{ id: string }>`
    with free as (
      select id from ${sql.table(table)} where id = any(${wanted}::text[]) for update skip locked)
    select id from ${sql.table(table)}
    where id = any(${wanted}::text[]) and id not in (select id from free)`.execute(database())
  return new Set(rows.map(({ id }) => id))
}
