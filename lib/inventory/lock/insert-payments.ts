import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { Trx } from '@/lib/database'
import type { PaymentReference, Sell } from '../commands'
import { paymentColumns, type PaymentRow } from '../payment-columns'
import { paymentIdOf, reservationPaymentId } from './payment-references'

/**
 * Inserts the rows of payments that are not known yet. A payment that is to be sold is inserted as the sale that it
 * most likely becomes, in the epoch that its stock row shows without a lock. No other transaction sees the row
 * before the commit, and to write it once costs half of writing it and then changing it in all its indexes.
 *
 * @param sales by payment id
 * @returns the inserted rows: the caller corrects those that do not become sales
 */
export async function insertMissingPayments(
  trx: Trx,
  references: readonly PaymentReference[],
  sales: ReadonlyMap<string, Sell>,
): Promise<PaymentRow[]> {
  const rows = rowsToInsert(references, sales)
  return rows.length === 0 ? [] : insert(trx, rows)
}

/** A row as it is inserted if the payment is not known yet. */
interface NewRow extends Pick<PaymentReference, 'sessionId' | 'paymentIntentId' | 'reservationId'> {
  id: string
  /** The id that the library's sale of its reservation would have. */
  libraryId: string | null
  sale: Sell | undefined
}

/** In order of id. */
function rowsToInsert(references: readonly PaymentReference[], sales: ReadonlyMap<string, Sell>): NewRow[] {
  const seen = new Set<string>()
  return [...oneForEach(references)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { sessionId, paymentIntentId, reservationId }]) => {
      // Only the first session that names a reservation can be the one that pays for the library's sale of it.
      const libraryId = reservationId && !seen.has(reservationId) ? reservationPaymentId(reservationId) : null
      if (reservationId) seen.add(reservationId)
      return { id, sessionId, paymentIntentId, reservationId, libraryId, sale: sales.get(id) }
    })
}

/**
 * By payment id. Of a payment's references, one with a session counts: only the session leads to the reservation, and so
 * to a sale that the library has made of it. A refund names the payment intent alone.
 */
function oneForEach(references: readonly PaymentReference[]): Map<string, PaymentReference> {
  const chosen = new Map<string, PaymentReference>()
  for (const reference of references) {
    const id = paymentIdOf(reference)
    if (id !== null && (!chosen.has(id) || (reference.sessionId && !chosen.get(id)?.sessionId)))
      chosen.set(id, reference)
  }
  return chosen
}

async function insert(trx: Trx, missing: readonly NewRow[]): Promise<PaymentRow[]> {
  // A session that names a reservation with another page is another order, and no payment for the library's sale of it.
  // Indexes: the primary keys of payments and reservations.
  // On conflict: a session that is known under another id is left alone, and `lockPaymentRows` finds its row. In a
  // subquery the clock is asked once for all rows.
  const { rows } = await sql<PaymentRow>`
    insert into payments as p (id, payment_intent_id, session_id, reservation_id, state, city_id, tier, seats_sold,
      epoch, amount_cents, currency, email, sold_at, created_at, updated_at)
    select new.id, new.payment_intent_id, new.session_id, new.reservation_id,
      case when sale.epoch is null then 'new' else 'sold' end, sale.city_id, sale.tier, coalesce(sale.seats, 0),
      sale.epoch, sale.amount_cents, sale.currency, sale.email, sale.at, (select app_now()), (select app_now())
    from ${rowsOf(missing, {
      id: ['text', (one) => one.id],
      payment_intent_id: ['text', (one) => one.paymentIntentId],
      session_id: ['text', (one) => one.sessionId],
      reservation_id: ['text', (one) => one.reservationId],
      library_id: ['text', (one) => one.libraryId],
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
    where not (new.library_id is not null and exists (
      select 1 from payments known
      where known.id = new.library_id and known.session_id is null
        and (known.payment_intent_id is null or new.payment_intent_id is null)
        and coalesce((
          select paged.session_id = new.session_id from reservations paged
          where paged.id = known.reservation_id), true)))
    order by new.id
    on conflict do nothing
    returning ${paymentColumns}`.execute(trx)
  return rows
}
