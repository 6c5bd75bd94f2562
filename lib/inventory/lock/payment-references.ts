import { createHash } from 'node:crypto'
import { maxTextLength } from '@/lib/outside-text'
import type { PaymentReference } from '../commands'

/** The columns by which a payment's row is found. */
export interface KnownPayment {
  id: string
  payment_intent_id: string | null
  session_id: string | null
  reservation_id: string | null
  seats_sold: number
}

/**
 * The id of the payment row of a sale that names only a reservation: one made through the library. A name that would
 * be too long as a part of an id is hashed.
 */
export function reservationPaymentId(reservationId: string): string {
  const id = `reservation:${reservationId}`
  if (id.length <= maxTextLength) return id
  return `long-reservation:${createHash('sha256').update(reservationId).digest('hex')}`
}

/** The id of a payment's row if it has to be inserted. Null for a reference that names nothing. */
export function paymentIdOf(reference: PaymentReference): string | null {
  if (reference.id) return reference.id
  const outside = reference.paymentIntentId ?? reference.sessionId
  if (outside) return outside
  return reference.reservationId ? reservationPaymentId(reference.reservationId) : null
}

/**
 * Finds the row that a reference means, by the first of these that fits:
 * 1. our own id, or the session;
 * 2. the payment intent of a sale or session;
 * 3. the sale that the library made of the same reservation, unless it belongs to another session or payment
 *    intent. Where the reservation has another page, the session has a row of its own by then, and is found by 1;
 * 4. the payment intent of a row that only a refund or dispute has made: it is no sale, so that the library's comes first.
 *
 * A sale that was taken back has forgotten its payment intent, but its id may still be that intent: it counts as one of it.
 */
export function finder(
  rows: readonly KnownPayment[],
): (reference: PaymentReference) => KnownPayment | undefined {
  const bySession = new Map(rows.map((row) => [row.session_id, row]))
  const byIntent = new Map(rows.map((row) => [row.payment_intent_id, row]))
  const byId = new Map(rows.map((row) => [row.id, row]))
  const forgotten = (intent: string) => {
    const row = byId.get(intent)
    return row?.payment_intent_id === null ? row : undefined
  }
  return ({ id, sessionId, paymentIntentId, reservationId }) => {
    const named = (id && byId.get(id)) || (sessionId && bySession.get(sessionId))
    if (named) return named
    const money = paymentIntentId ? (byIntent.get(paymentIntentId) ?? forgotten(paymentIntentId)) : undefined
    if (money && (money.session_id !== null || money.seats_sold > 0)) return money
    const library = reservationId ? byId.get(reservationPaymentId(reservationId)) : undefined
    if (!library || (money && library.seats_sold === 0)) return money
    const isOfAnother =
      (sessionId && library.session_id !== null) || (paymentIntentId && library.payment_intent_id !== null)
    return isOfAnother ? money : library
  }
}
