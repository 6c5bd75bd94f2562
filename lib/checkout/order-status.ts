import { sql } from 'kysely'
import { database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import { atTheBankSql } from '@/lib/payment-records/refund-status'
import { isRefundedInVain } from '@/lib/payments/refunded-in-vain'
import type { PaymentState } from '@/db/tables/money'
import type { ReservationStatus } from '@/db/tables/stock'
import type { Reservation } from '@/lib/inventory/model'
import type { Tier } from '@/lib/tier'

export interface OrderStatus {
  state:
    | 'unknown'
    | 'confirming'
    | 'awaiting_payment'
    | 'confirmed'
    | 'needs_attention'
    | 'refunded'
    /** Of all seats or a part, once they had gone to others. Another refund may have arrived, or be on its way. */
    | 'refund_failed'
    /** Counting refunds that are still at the bank, all the money without seats goes back. */
    | 'refund_pending'
    /** The bank did not send the money. */
    | 'not_paid'
    | 'expired'
  cityId: string | null
  tier: Tier | null
  /** Seats that the buyer has; of an order that is not sold yet, or was refunded, those that it was for. */
  quantity: number | null
  /** The buyer still has some of the seats that were sold. */
  hasSeats: boolean
  /** Its seats are taken out of stock now, for this order alone. */
  seatsKept: boolean
}

/** What has become of a Checkout Session, from our own records alone. */
export async function getOrderStatus(sessionId: string): Promise<OrderStatus> {
  if (!isStorableText(sessionId)) return unknown
  // Indexes: payments_session, reservations_session, refunds_by_payment_intent.
  const { rows } = await sql<OrderRow>`
    select p.state, p.seats_sold, p.seats_paid, p.seats_returned, p.city_id as paid_city, p.tier as paid_tier,
      p.amount_cents, coalesce(p.lost_cents, 0)::bigint as lost_cents,
      coalesce(back.refunded, 0)::bigint as refunded_cents, coalesce(back.refunding, 0)::bigint as refunding_cents,
      r.status, r.session_outcome, r.city_id, r.tier, r.quantity,
      coalesce(r.status in ('held', 'awaiting') and r.lapses_at > app_now(), false) as seats_kept
    from (select ${sessionId}::text as id) s
    left join payments p on p.session_id = s.id
    left join lateral (
      select sum(amount_cents) filter (where status = 'succeeded') as refunded,
        sum(amount_cents) filter (where ${atTheBankSql('refunds')}) as refunding
      from refunds where payment_intent_id = p.payment_intent_id) back on true
    left join reservations r on r.session_id = s.id`.execute(database())
  const row = rows[0]
  if (!row || (row.state === null && row.status === null)) return unknown
  return {
    state: stateOf(row),
    cityId: row.paid_city ?? row.city_id,
    tier: row.paid_tier ?? row.tier,
    quantity: quantityOf(row),
    hasSeats: seatsLeft(row) > 0,
    seatsKept: row.seats_kept,
  }
}

const unknown: OrderStatus = {
  state: 'unknown',
  cityId: null,
  tier: null,
  quantity: null,
  hasSeats: false,
  seatsKept: false,
}

interface OrderRow {
  state: PaymentState | null
  seats_sold: number | null
  seats_paid: number | null
  seats_returned: number | null
  paid_city: string | null
  paid_tier: Tier | null
  amount_cents: number | null
  lost_cents: number
  refunded_cents: number
  refunding_cents: number
  status: ReservationStatus | null
  session_outcome: Reservation['sessionOutcome']
  city_id: string | null
  tier: Tier | null
  quantity: number | null
  seats_kept: boolean
}

function quantityOf(row: OrderRow): number | null {
  if (row.seats_sold === null || row.seats_sold === 0) return row.quantity
  return seatsLeft(row) || row.seats_sold
}

function seatsLeft({ seats_sold: sold, seats_returned: returned }: OrderRow): number {
  return (sold ?? 0) - (returned ?? 0)
}

function stateOf(row: OrderRow): OrderStatus['state'] {
  switch (row.state) {
    case 'sold':
      if (row.seats_returned !== null && row.seats_returned === row.seats_sold) return 'refunded'
      return inVain(row) ?? 'confirmed'
    case 'exception':
    case 'dismissed':
      return isGoingBack(row) ? 'refund_pending' : 'needs_attention'
    case 'refunded':
      return inVain(row) ?? 'refunded'
    case 'failed':
      return 'not_paid'
    case 'awaiting':
      return 'awaiting_payment'
    case 'new':
    case null:
      return ofReservation(row)
  }
}

/** Whether all the money of a payment without seats is back, or on its way back. */
function isGoingBack({
  amount_cents: paid,
  refunded_cents: refunded,
  refunding_cents: refunding,
}: OrderRow): boolean {
  return paid !== null && refunding > 0 && refunded + refunding >= paid
}

function inVain(row: OrderRow): 'refund_failed' | 'refund_pending' | null {
  const isShortWith = (refundedCents: number) =>
    isRefundedInVain({
      state: row.state,
      amountCents: row.amount_cents,
      refundedCents,
      lostCents: row.lost_cents,
      seatsSold: row.seats_sold ?? 0,
      seatsPaid: row.seats_paid,
      seatsReturned: row.seats_returned ?? 0,
    })
  if (!isShortWith(row.refunded_cents)) return null
  return isShortWith(row.refunded_cents + row.refunding_cents) ? 'refund_failed' : 'refund_pending'
}

function ofReservation(row: OrderRow): OrderStatus['state'] {
  switch (row.status) {
    case 'sold':
      return 'confirmed'
    case 'awaiting':
      return 'awaiting_payment'
    case 'held':
    case null:
      return 'confirming'
    case 'released':
    case 'lapsed':
      // A reset or the clock frees seats while the page at Stripe can still be paid, or has been. Only Stripe's
      // event about the page, or our asking, tells that the buyer was not charged.
      return row.session_outcome === null ? 'confirming' : 'expired'
  }
}
