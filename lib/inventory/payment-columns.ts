import { sql } from 'kysely'
import type { PaymentState } from '@/db/tables/money'
import type { Tier } from '@/lib/tier'
import { isLossUnknown, lostInDisputes } from './lost-in-disputes'
import type { Payment } from './model'

/** A payment's row, and what its refunds come to. */
export interface PaymentRow {
  id: string
  payment_intent_id: string | null
  session_id: string | null
  reservation_id: string | null
  state: PaymentState
  city_id: string | null
  tier: Tier | null
  seats_sold: number
  seats_paid: number | null
  seats_returned: number
  epoch: number | null
  amount_cents: number | null
  refunded_cents: number
  lost_cents: number
  kept_cents: number
  currency: string | null
  email: string | null
}

/**
 * What a payment's succeeded refunds come to, in the currency's smallest unit. Index: refunds_by_payment_intent.
 *
 * @param alias of `payments`
 */
export function refundedCents(alias: string) {
  return sql<number>`coalesce((select sum(back.amount_cents) from refunds back
    where back.payment_intent_id = ${sql.ref(`${alias}.payment_intent_id`)} and back.status = 'succeeded'), 0)::bigint`
}

/**
 * What of a payment's `lost_cents` no dispute took whose seats were given back: it was kept. 0 where nobody knows what one
 * of them took. Index: payment_exceptions_by_payment, of which few payments ask.
 *
 * @param alias of `payments`
 */
export function keptCents(alias: string) {
  const lost = sql.ref(`${alias}.lost_cents`)
  return sql<number>`(case when ${lost} = 0 then 0 else greatest(0, ${lost} - coalesce((
    select case when bool_or(${isLossUnknown('taken')}) then ${lost} else sum(${lostInDisputes('taken')}) end
    from payment_exceptions taken where taken.payment_id = ${sql.ref(`${alias}.id`)}
      and taken.kind = 'dispute_lost' and taken.resolution in ('restocked', 'settled')), 0)) end)::bigint`
}

/** The columns of `payments p`. */
export const paymentColumns = sql`p.id, p.payment_intent_id, p.session_id, p.reservation_id, p.state, p.city_id,
  p.tier, p.seats_sold, p.seats_paid, p.seats_returned, p.epoch, p.amount_cents, p.lost_cents,
  ${keptCents('p')} as kept_cents, p.currency, p.email, ${refundedCents('p')} as refunded_cents`

/** As the rules see it. */
export function toPayment(row: PaymentRow): Payment {
  return {
    id: row.id,
    paymentIntentId: row.payment_intent_id,
    sessionId: row.session_id,
    reservationId: row.reservation_id,
    state: row.state,
    cityId: row.city_id,
    tier: row.tier,
    seatsSold: row.seats_sold,
    seatsPaid: row.seats_paid,
    seatsReturned: row.seats_returned,
    epoch: row.epoch,
    amountCents: row.amount_cents,
    refundedCents: row.refunded_cents,
    lostCents: row.lost_cents,
    keptCents: row.kept_cents,
    currency: row.currency,
    email: row.email,
  }
}
