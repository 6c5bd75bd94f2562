import type { Generated, JSONColumnType } from 'kysely'
import type { Tier } from './cities'
import type { DefaultTimestamp, NullableTimestamp, Timestamp } from './time'

export type PaymentState = 'new' | 'awaiting' | 'failed' | 'sold' | 'exception' | 'refunded' | 'dismissed'

export interface PaymentsTable {
  id: string
  payment_intent_id: string | null
  session_id: string | null
  reservation_id: string | null
  state: Generated<PaymentState>
  city_id: string | null
  tier: Tier | null
  seats_sold: Generated<number>
  /** What the money was paid for, where a person gave it another number of seats. */
  seats_paid: number | null
  seats_returned: Generated<number>
  epoch: number | null
  amount_cents: number | null
  currency: string | null
  email: string | null
  dispute: 'open' | 'won' | 'lost' | null
  /** What lost disputes took, as far as its seats were given back. */
  lost_cents: Generated<number>
  created_at: DefaultTimestamp
  sold_at: NullableTimestamp
  /** When Stripe was last seen to know the session as paid. */
  checked_at: NullableTimestamp
  updated_at: DefaultTimestamp
}

export type RefundStatus = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled'

export interface RefundsTable {
  id: string
  payment_intent_id: string
  amount_cents: number
  status: RefundStatus
  created_at: DefaultTimestamp
  updated_at: DefaultTimestamp
}

export interface StripeEventsTable {
  id: string
  type: string
  state: Generated<'received' | 'processed' | 'ignored'>
  outcome: string | null
  livemode: boolean
  session_id: string | null
  reservation_id: string | null
  payment_intent_id: string | null
  facts: JSONColumnType<Record<string, unknown>> | null
  created_at: Timestamp
  received_at: DefaultTimestamp
  processed_at: NullableTimestamp
}

export type ExceptionKind =
  | 'no_seat'
  | 'unknown_city'
  | 'unreadable'
  | 'unknown_session'
  | 'unclear_refund'
  | 'refund_failed'
  | 'unmatched_refund'
  | 'dispute_lost'
  | 'unknown_to_stripe'

export type ExceptionResolution =
  | 'refunded'
  | 'expanded'
  | 'assigned'
  | 'dismissed'
  | 'settled'
  /** Its seats were given back though no refund was made. */
  | 'restocked'

export interface PaymentExceptionsTable {
  id: Generated<number>
  payment_id: string | null
  kind: ExceptionKind
  state: Generated<'open' | 'resolving' | 'resolved'>
  resolution: ExceptionResolution | null
  city_id: string | null
  tier: string | null
  quantity: number | null
  amount_cents: number | null
  currency: string | null
  refunded_cents: number | null
  detail: Generated<string>
  created_at: DefaultTimestamp
  claimed_by: string | null
  claimed_at: NullableTimestamp
  resolved_by: string | null
  resolved_at: NullableTimestamp
  reason: string | null
  refund_id: string | null
  /** Cents by id: disputes of the payment that were lost while this one about an earlier one waited. */
  further_disputes: Generated<Record<string, number>>
}
