import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { Trx } from '@/lib/database'
import type { PaymentReference } from '../commands'
import { finder, type KnownPayment } from './payment-references'

/**
 * Writes ids that a row did not have yet: a parked refund's row learns its session and reservation, the row of a
 * sale made through the library its payment intent. Changes the rows of `locked` as well.
 *
 * @returns whether any row was changed
 */
export async function learnPaymentIds(
  trx: Trx,
  references: readonly PaymentReference[],
  locked: readonly KnownPayment[],
): Promise<boolean> {
  const rowOf = finder(locked)
  const learned = new Set<KnownPayment>()
  const emptied = new Set<KnownPayment>()
  for (const reference of references) {
    const row = rowOf(reference)
    // `rowOf` finds rows by the names that they had before.
    if (!row || emptied.has(row)) continue
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
    // Other code sold this order twice, once by each name. Both sales stay, and the next reconciliation reports them.
    if (parked && (parked.session_id !== null || parked.seats_sold > 0)) continue
    if (parked) {
      await mergeParked(trx, parked, row)
      emptied.add(parked)
    }
    // Another transaction may have emptied this very row while we waited for it. Its intent is another row's then, so the
    // unique key refuses this, and the next try finds that row.
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
 * Moves what is parked under a payment intent, exceptions and dispute, to the sale that the intent turns out to
 * belong to. Later news of the dispute finds the sale, so what stayed behind would never be closed.
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
