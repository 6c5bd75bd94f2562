import { sql } from 'kysely'
import { ahead } from '@/db/ahead'
import { rowsOf } from '@/db/rows-of'
import type { Trx } from '@/lib/database'
import type { Folded } from './fold'
import { chained, type ChainedRow } from './ledger/hash'
import { type Payment, type Pool, poolKey, type Reservation, type State } from './model'
import { isKeptAnew, publicChangeOf } from './overdue-holds'
import { poolColumns } from './pool-columns'
import type { OverdueReservation } from './overdue-sql'
import type { SoldOutElsewhere } from './sold-out-elsewhere'
import type { ChainEnd } from './lock/stock-rows'

interface WhatToWrite {
  before: State
  folded: Folded
  chains: ReadonlyMap<string, ChainEnd>
  /** Overdue holds as readers saw them before this transaction. */
  overdueHolds: readonly OverdueReservation[]
  soldOutElsewhere: (pool: Pool) => SoldOutElsewhere
  /** Payments whose rows were inserted as the sales they were expected to become. */
  expected: ReadonlyMap<string, Payment>
}

/**
 * Writes the result of a fold, one statement a table, whatever the number of commands. Reservations are updated
 * before new ones are inserted: a visitor has at most one live hold in a city (a unique index), so the old one must
 * end first.
 */
export async function write(
  trx: Trx,
  { before, folded, chains, overdueHolds, soldOutElsewhere, expected }: WhatToWrite,
): Promise<void> {
  const { rows, ends } = chained(folded.entries, chains, before.now)
  const pools = [...folded.pools.values()]
  await insertPools(
    trx,
    pools.filter((pool) => !before.pools.has(poolKey(pool))),
    ends,
    before.now,
  )
  await updatePools(
    trx,
    pools.filter((pool) => before.pools.has(poolKey(pool))),
    { before, folded, overdueHolds, soldOutElsewhere },
    ends,
  )
  await keepAnew(
    trx,
    overdueHolds.filter((hold) => isKeptAnew(hold) && isLeft(folded, hold)),
    before.now,
  )
  const reservations = [...folded.reservations.values()]
  await updateReservations(
    trx,
    reservations.filter((one) => before.reservations.has(one.id)),
    before.now,
  )
  await insertReservations(
    trx,
    reservations.filter((one) => !before.reservations.has(one.id)),
  )
  await updatePayments(trx, unexpected(before, folded, expected), expected, before.now)
  await insertLedger(trx, rows, before.now)
}

/** Whether an overdue hold is still held after the fold. */
function isLeft(folded: Folded, { id }: OverdueReservation): boolean {
  return (folded.reservations.get(id)?.status ?? 'held') === 'held'
}

/**
 * Moves the lapse of kept holds to now. Readers saw such a hold lapse, and count it again since a payment for it was
 * accepted. When they saw that is now stored in the stock row. Under the row's new figures the same lapse might show at
 * another time, or not at all, so it must not be counted again. Once it is later than the acceptance, it counts as
 * never seen. Only a transaction with the lock of the stock row ends these holds, and this one has it.
 */
async function keepAnew(trx: Trx, kept: readonly OverdueReservation[], now: Date): Promise<void> {
  if (kept.length === 0) return
  await sql`${ahead}
    update reservations set lapses_at = greatest(lapses_at, ${now}::timestamptz)
    where id = any(${kept.map(({ id }) => id)}::text[])`.execute(trx)
}

async function updatePools(
  trx: Trx,
  pools: readonly Pool[],
  {
    before,
    folded,
    overdueHolds,
    soldOutElsewhere,
  }: Pick<WhatToWrite, 'before' | 'folded' | 'overdueHolds' | 'soldOutElsewhere'>,
  ends: ReadonlyMap<string, ChainEnd>,
): Promise<void> {
  if (pools.length === 0) return
  const end = (pool: Pool) => ends.get(poolKey(pool))
  const publicChange = (pool: Pool) => {
    const old = before.pools.get(poolKey(pool))
    if (!old) return before.now
    const overdue = overdueHolds.filter((hold) => poolKey(hold) === poolKey(pool))
    return publicChangeOf({
      before: old,
      after: pool,
      elsewhere: soldOutElsewhere(pool),
      overdue,
      left: overdue.filter((hold) => isLeft(folded, hold)),
      now: before.now,
    })
  }
  await sql`${ahead}
    update inventory i set
      public_limit = u.public_limit, actual_limit = u.actual_limit, sold = u.sold, held = u.held,
      epoch = u.epoch, undo_hidden = u.undo_hidden, last_sequence = u.last_sequence, last_hash = u.last_hash,
      public_changed_at = greatest(i.public_changed_at, u.public_changed_at),
      updated_at = ${before.now}::timestamptz
    from ${rowsOf(pools, {
      ...poolColumns,
      public_limit: ['int', (pool) => pool.publicLimit],
      actual_limit: ['int', (pool) => pool.actualLimit],
      sold: ['int', (pool) => pool.sold],
      held: ['int', (pool) => pool.held],
      epoch: ['int', (pool) => pool.epoch],
      undo_hidden: ['int', (pool) => pool.undoHidden],
      last_sequence: ['bigint', (pool) => end(pool)?.sequence ?? 0],
      last_hash: ['bytea', (pool) => end(pool)?.hash ?? Buffer.alloc(0)],
      public_changed_at: ['timestamptz', publicChange],
    })} u
    where i.city_id = u.city_id and i.tier = u.tier`.execute(trx)
}

async function insertPools(
  trx: Trx,
  pools: readonly Pool[],
  ends: ReadonlyMap<string, ChainEnd>,
  now: Date,
): Promise<void> {
  if (pools.length === 0) return
  await trx
    .insertInto('inventory')
    .values(
      pools.map((pool) => ({
        city_id: pool.cityId,
        tier: pool.tier,
        public_limit: pool.publicLimit,
        actual_limit: pool.actualLimit,
        sold: pool.sold,
        held: pool.held,
        hidden_sale: pool.hiddenSale,
        epoch: pool.epoch,
        undo_hidden: pool.undoHidden,
        last_sequence: ends.get(poolKey(pool))?.sequence ?? 0,
        last_hash: ends.get(poolKey(pool))?.hash ?? Buffer.alloc(0),
        public_changed_at: now,
        updated_at: now,
      })),
    )
    .execute()
}

async function insertReservations(trx: Trx, reservations: readonly Reservation[]): Promise<void> {
  if (reservations.length === 0) return
  await sql`${ahead}
    insert into reservations (id, city_id, tier, quantity, status, epoch, email, visitor_hash, address_hash, extends,
      amount_cents, currency, created_at, expires_at, keepable_until, lapses_at, session_request, session_expires_at,
      session_id, session_outcome, closed_at, closed_because, link_id)
    select id, city_id, tier, quantity, status, epoch, email, visitor_hash, address_hash, extends,
      amount_cents, currency, created_at, expires_at, keepable_until, coalesce(lapses_at, 'infinity'), session_request,
      session_expires_at, session_id, session_outcome,
      case when status not in ('held', 'awaiting') then created_at end, closed_because, link_id
    from ${rowsOf(reservations, {
      id: ['text', (one) => one.id],
      ...poolColumns,
      quantity: ['int', (one) => one.quantity],
      status: ['text', (one) => one.status],
      epoch: ['int', (one) => one.epoch],
      email: ['text', (one) => one.email],
      visitor_hash: ['text', (one) => one.visitorHash],
      address_hash: ['text', (one) => one.addressHash],
      extends: ['text', (one) => one.extends],
      amount_cents: ['bigint', (one) => one.checkout?.amountCents],
      currency: ['text', (one) => one.checkout?.currency],
      created_at: ['timestamptz', (one) => one.createdAt],
      expires_at: ['timestamptz', (one) => one.expiresAt],
      keepable_until: ['timestamptz', (one) => one.keepableUntil],
      lapses_at: ['timestamptz', (one) => one.lapsesAt],
      session_request: ['jsonb', (one) => (one.checkout ? JSON.stringify(one.checkout.parameters) : null)],
      session_expires_at: ['timestamptz', (one) => one.sessionExpiresAt],
      session_id: ['text', (one) => one.sessionId],
      session_outcome: ['text', (one) => one.sessionOutcome],
      closed_because: ['text', (one) => one.closedBecause],
      link_id: ['uuid', (one) => one.linkId],
    })} new`.execute(trx)
}

async function updateReservations(trx: Trx, reservations: readonly Reservation[], now: Date): Promise<void> {
  if (reservations.length === 0) return
  await sql`${ahead}
    update reservations r set
      status = u.status, epoch = u.epoch, lapses_at = coalesce(u.lapses_at, 'infinity'), session_id = u.session_id,
      session_outcome = u.session_outcome, closed_because = u.closed_because,
      closed_at = case when u.status in ('held', 'awaiting') then null
        else coalesce(r.closed_at, ${now}::timestamptz) end
    from ${rowsOf(reservations, {
      id: ['text', (one) => one.id],
      status: ['text', (one) => one.status],
      epoch: ['int', (one) => one.epoch],
      lapses_at: ['timestamptz', (one) => one.lapsesAt],
      session_id: ['text', (one) => one.sessionId],
      session_outcome: ['text', (one) => one.sessionOutcome],
      closed_because: ['text', (one) => one.closedBecause],
    })} u
    where r.id = u.id`.execute(trx)
}

/**
 * The payments whose rows are still to be written: all that changed, less those whose inserted row is right
 * already. An expected sale that no command made is written back as `new`.
 */
function unexpected(before: State, folded: Folded, expected: WhatToWrite['expected']): Payment[] {
  const payments = new Map(folded.payments)
  for (const id of expected.keys()) {
    const unchanged = before.payments.get(id)
    if (unchanged && !payments.has(id)) payments.set(id, unchanged)
  }
  return [...payments.values()].filter((payment) => !isSame(payment, expected.get(payment.id)))
}

function isSame(payment: Payment, row: Payment | undefined): boolean {
  return (
    row !== undefined && (Object.keys(payment) as (keyof Payment)[]).every((key) => payment[key] === row[key])
  )
}

async function updatePayments(
  trx: Trx,
  payments: readonly Payment[],
  expected: WhatToWrite['expected'],
  now: Date,
): Promise<void> {
  if (payments.length === 0) return
  await sql`${ahead}
    update payments p set
      payment_intent_id = u.payment_intent_id, session_id = u.session_id, reservation_id = u.reservation_id,
      state = u.state, city_id = u.city_id, tier = u.tier, seats_sold = u.seats_sold, seats_paid = u.seats_paid,
      seats_returned = u.seats_returned, epoch = u.epoch, amount_cents = u.amount_cents, currency = u.currency,
      email = u.email, lost_cents = u.lost_cents, updated_at = ${now}::timestamptz,
      sold_at = case when u.state = 'sold' then coalesce(p.sold_at, ${now}::timestamptz)
        when not u.never_sold then p.sold_at end
    from ${rowsOf(payments, {
      id: ['text', (one) => one.id],
      payment_intent_id: ['text', (one) => one.paymentIntentId],
      session_id: ['text', (one) => one.sessionId],
      reservation_id: ['text', (one) => one.reservationId],
      state: ['text', (one) => one.state],
      city_id: ['text', (one) => one.cityId],
      tier: ['text', (one) => one.tier],
      seats_sold: ['int', (one) => one.seatsSold],
      seats_paid: ['int', (one) => one.seatsPaid],
      seats_returned: ['int', (one) => one.seatsReturned],
      epoch: ['int', (one) => one.epoch],
      amount_cents: ['bigint', (one) => one.amountCents],
      currency: ['text', (one) => one.currency],
      email: ['text', (one) => one.email],
      lost_cents: ['bigint', (one) => one.lostCents],
      never_sold: ['boolean', (one) => expected.has(one.id) && one.state !== 'sold'],
    })} u
    where p.id = u.id`.execute(trx)
}

async function insertLedger(trx: Trx, rows: readonly ChainedRow[], now: Date): Promise<void> {
  if (rows.length === 0) return
  await sql`${ahead}
    insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before, sold_after,
      public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, payment_id, payment_intent_id,
      session_id, reservation_id, actor, authorized_by, reason, hash, occurred_at)
    select new.*, ${now}::timestamptz
    from ${rowsOf(rows, {
      ...poolColumns,
      sequence: ['bigint', (row) => row.sequence],
      epoch: ['int', (row) => row.epoch],
      operation: ['text', (row) => row.operation],
      quantity: ['int', (row) => row.quantity],
      sold_before: ['int', (row) => row.soldBefore],
      sold_after: ['int', (row) => row.soldAfter],
      public_limit_before: ['int', (row) => row.publicLimitBefore],
      public_limit_after: ['int', (row) => row.publicLimitAfter],
      actual_limit_before: ['int', (row) => row.actualLimitBefore],
      actual_limit_after: ['int', (row) => row.actualLimitAfter],
      payment_id: ['text', (row) => row.paymentId],
      payment_intent_id: ['text', (row) => row.paymentIntentId],
      session_id: ['text', (row) => row.sessionId],
      reservation_id: ['text', (row) => row.reservationId],
      actor: ['text', (row) => row.actor],
      authorized_by: ['text', (row) => row.authorizedBy],
      reason: ['text', (row) => row.reason],
      hash: ['bytea', (row) => row.hash],
    })} new`.execute(trx)
}
