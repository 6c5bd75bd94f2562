import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { PaymentReference } from '../commands'
import { type KnownPayment, paymentIdOf, reservationPaymentId } from './payment-references'

/**
 * Locks all rows that the references may mean, except those that this transaction has just inserted. For an undo it
 * also locks the sales that come back. Answers with the ids by which a payment is found; they change under this
 * lock alone.
 *
 * @param made rows that this transaction has just inserted: no other transaction sees them, and no other row has
 *   their session or payment intent
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

/** Whether the row has every id that the reference names. */
function namesNoOther(
  { sessionId, paymentIntentId }: PaymentReference,
  row: KnownPayment | undefined,
): boolean {
  if (!row || (sessionId && sessionId !== row.session_id)) return false
  return !paymentIntentId || paymentIntentId === row.payment_intent_id
}

/**
 * All sales that an undo may bring back, of cities whose turn this transaction has. They belong to the epoch before
 * the current one, or to the current one if a reset in the same call ends that first. Index:
 * payments_by_pool_and_seats.
 */
function salesUndone(cityIds: readonly string[]) {
  return sql`
    select p.id from inventory i
    join payments p on p.city_id = i.city_id and p.tier = i.tier and p.epoch >= i.epoch - 1
    where i.city_id = any(${[...cityIds]}::text[]) and p.seats_sold > 0`
}
