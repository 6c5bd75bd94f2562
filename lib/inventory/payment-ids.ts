import { type RawBuilder, sql } from 'kysely'

/**
 * A query for the ids of the payments that a text names: as our own id, a Checkout Session, a payment intent or a
 * reservation. Indexes: the primary key, payments_session, payments_payment_intent, payments_by_reservation.
 */
export function selectPaymentIds(id: string): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    select id from payments where id = ${id}
    union select id from payments where session_id = ${id}
    union select id from payments where payment_intent_id = ${id}
    union select id from payments where reservation_id = ${id}`
}
