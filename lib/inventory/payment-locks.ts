import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { Trx } from '@/lib/database'
import type { PaymentReference, Sell } from './commands'
import { finder, type KnownPayment, paymentIdOf, reservationPaymentId } from './payment-references'
import { paymentColumns, type PaymentRow } from './payment-row'

/**
 * Makes the rows of payments that nobody has heard of yet. One that is to be sold is written as the sale that it most
 * likely becomes, in the current epoch as it seems without a lock: nobody else sees the row before the commit, and a
 * row written once costs half of what one costs that is changed in all its indexes.
 *
 * @param sales by payment id
 * @returns the rows that were made: the caller corrects those sales that do not become ones
 */
export async function insertMissingPayments(
  trx: Trx,
  references: readonly PaymentReference[],
  sales: ReadonlyMap<string, Sell>,
): Promise<PaymentRow[]> {
  const fresh = new Map<string, PaymentReference>()
  for (const reference of references) {
    const id = paymentIdOf(reference)
    // A refund names only the money: the session that it was paid for says whether the library has sold that.
    if (id !== null && (!fresh.has(id) || (reference.sessionId && !fresh.get(id)?.sessionId)))
      fresh.set(id, reference)
  }
  if (fresh.size === 0) return []
  const seen = new Set<string>()
  const missing = [...fresh]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { sessionId, paymentIntentId, reservationId }]) => {
      // Only the first session that names a reservation may turn out to be the sale that the library made of it.
      const isFirst = reservationId ? !seen.has(reservationId) : false
      if (reservationId) seen.add(reservationId)
      return { id, sessionId, paymentIntentId, reservationId, isFirst, sale: sales.get(id) }
    })
  // A session that is already known under another id is left alone: the lock finds that row. The clock is asked by
  // subqueries, once for all rows.
  const { rows } = await sql<PaymentRow>`
    insert into payments as p (id, payment_intent_id, session_id, reservation_id, state, city_id, tier, seats_sold, epoch,
      amount_cents, currency, email, sold_at, created_at, updated_at)
    select new.id, new.payment_intent_id, new.session_id, new.reservation_id,
      case when sale.epoch is null then 'new' else 'sold' end, sale.city_id, sale.tier, coalesce(sale.seats, 0),
      sale.epoch, sale.amount_cents, sale.currency, sale.email, sale.at, (select app_now()), (select app_now())
    from ${rowsOf(missing, {
      id: ['text', (one) => one.id],
      payment_intent_id: ['text', (one) => one.paymentIntentId],
      session_id: ['text', (one) => one.sessionId],
      reservation_id: ['text', (one) => one.reservationId],
      is_first: ['boolean', (one) => one.isFirst],
      city_id: ['text', ({ sale }) => sale?.cityId],
      tier: ['text', ({ sale }) => sale?.tier],
      seats: ['int', ({ sale }) => sale?.quantity],
      amount_cents: ['bigint', ({ sale }) => sale?.amountCents],
      currency: ['text', ({ sale }) => sale?.currency],
      email: ['text', ({ sale }) => sale?.email],
    })} new
    left join lateral (
      select i.city_id, i.tier, i.epoch, new.seats, new.amount_cents, new.currency, new.email, (select app_now()) as at
      from inventory i where i.city_id = new.city_id and i.tier = new.tier) sale on true
    where not (new.is_first and exists (
      select 1 from payments known
      where known.id = 'reservation:' || new.reservation_id and known.session_id is null
        and (known.payment_intent_id is null or new.payment_intent_id is null)))
    order by new.id
    on conflict do nothing
    returning ${paymentColumns}`.execute(trx)
  return rows
}

/**
 * Locks all rows that the references may mean but those that were just made, and the sales that an undo of some
 * cities' resets brings back. Only ids are used of the answer, and those change under this lock alone.
 *
 * @param made rows that this transaction has just made: nobody else sees them, and their session and payment intent
 *   are theirs alone
 */
export async function lockPaymentRows(
  trx: Trx,
  references: readonly PaymentReference[],
  { made, undone }: { made: readonly KnownPayment[]; undone: readonly string[] },
): Promise<KnownPayment[]> {
  const own = new Map(made.map((row) => [row.id, row]))
  const ids = new Set<string>()
  const sessions = new Set<string>()
  const intents = new Set<string>()
  for (const reference of references) {
    if (reference.reservationId) ids.add(reservationPaymentId(reference.reservationId))
    const id = paymentIdOf(reference)
    if (id === null || namesNoOther(reference, own.get(id))) continue
    ids.add(id)
    if (reference.sessionId) sessions.add(reference.sessionId)
    if (reference.paymentIntentId) intents.add(reference.paymentIntentId)
  }
  const { rows } = await sql<KnownPayment>`
    select id, payment_intent_id, session_id, reservation_id, seats_sold from payments
    where id in (
      select unnest(${[...ids]}::text[])
      union select id from payments where session_id = any(${[...sessions]}::text[])
      union select id from payments where payment_intent_id = any(${[...intents]}::text[])
      ${undone.length > 0 ? sql`union ${salesUndone(undone)}` : sql``})
    order by id
    for update`.execute(trx)
  return rows.filter(({ id }) => !own.has(id))
}

/** Whether any of these rows exists by now, locked or not. Index: the primary key. */
export async function isAnyPaymentThere(trx: Trx, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql`select from payments where id = any(${[...ids]}::text[]) limit 1`.execute(trx)
  return rows.length > 0
}

/** Whether all that a reference tells is what the row says. */
function namesNoOther(
  { sessionId, paymentIntentId }: PaymentReference,
  row: KnownPayment | undefined,
): boolean {
  if (!row || (sessionId && sessionId !== row.session_id)) return false
  return !paymentIntentId || paymentIntentId === row.payment_intent_id
}

/**
 * All sales that an undo may bring back, of cities whose turn it is: those of the epoch before the current one, and
 * of the current one, which a reset in the same call may end first. Index: payments_by_pool_and_seats.
 */
function salesUndone(cityIds: readonly string[]) {
  return sql`
    select p.id from inventory i
    join payments p on p.city_id = i.city_id and p.tier = i.tier and p.epoch >= i.epoch - 1
    where i.city_id = any(${[...cityIds]}::text[]) and p.seats_sold > 0`
}

/**
 * Writes ids that a row did not know yet: a parked refund learns its session and reservation, a sale made
 * through the library its payment intent. Changes `locked` alike.
 *
 * @returns whether any row was changed
 */
export async function learnIds(
  trx: Trx,
  references: readonly PaymentReference[],
  locked: readonly KnownPayment[],
): Promise<boolean> {
  const rowOf = finder(locked)
  const learned = new Set<KnownPayment>()
  for (const reference of references) {
    const row = rowOf(reference)
    if (!row) continue
    const { sessionId, paymentIntentId, reservationId } = reference
    if (sessionId && row.session_id === null && !locked.some((other) => other.session_id === sessionId)) {
      row.session_id = sessionId
      learned.add(row)
    }
    if (reservationId && row.reservation_id === null) {
      row.reservation_id = reservationId
      learned.add(row)
    }
    if (!paymentIntentId || row.payment_intent_id !== null) continue
    const parked = locked.find((other) => other.payment_intent_id === paymentIntentId)
    // Other code sold this order under both names: both sales stay, and the next reconciliation tells of them.
    if (parked && (parked.session_id !== null || parked.seats_sold > 0)) continue
    if (parked) await mergeParked(trx, parked, row)
    row.payment_intent_id = paymentIntentId
    learned.add(row)
  }
  if (learned.size === 0) return false
  const rows = [...learned]
  await sql`
    update payments p
    set session_id = learned.session_id, payment_intent_id = learned.payment_intent_id,
      reservation_id = learned.reservation_id
    from ${rowsOf(rows, {
      id: ['text', (row) => row.id],
      session_id: ['text', (row) => row.session_id],
      payment_intent_id: ['text', (row) => row.payment_intent_id],
      reservation_id: ['text', (row) => row.reservation_id],
    })} learned
    where p.id = learned.id`.execute(trx)
  return true
}

/**
 * Money that was parked under its intent alone belongs to a sale that we had under another name. So does its dispute: news
 * of that finds the sale from now on, and what stays behind would be open for ever.
 */
async function mergeParked(trx: Trx, parked: KnownPayment, sale: KnownPayment): Promise<void> {
  await sql`
    with parked as (
      select dispute from payments where id = ${parked.id}),
    emptied as (
      update payments set payment_intent_id = null, state = 'dismissed', dispute = null where id = ${parked.id})
    update payments set dispute = coalesce(payments.dispute, parked.dispute) from parked
    where payments.id = ${sale.id}`.execute(trx)
  await sql`
    update payment_exceptions e set payment_id = ${sale.id}
    where payment_id = ${parked.id} and state <> 'resolved' and not exists (
      select 1 from payment_exceptions known
      where known.payment_id = ${sale.id} and known.kind = e.kind and known.state <> 'resolved')`.execute(trx)
  parked.payment_intent_id = null
}
