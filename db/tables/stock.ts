import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { Tier } from './cities'
import type { DefaultTimestamp, NullableTimestamp, Timestamp } from './time'

/** `open`: hidden seats sell through the ordinary checkout. `private`: only through links and admins. */
export type HiddenSale = 'open' | 'private'

export interface InventoryTable {
  city_id: string
  tier: Tier
  public_limit: number
  actual_limit: number
  sold: Generated<number>
  held: Generated<number>
  hidden_sale: Generated<HiddenSale>
  epoch: Generated<number>
  undo_hidden: number | null
  last_sequence: Generated<number>
  last_hash: Generated<Buffer>
  public_changed_at: DefaultTimestamp
  updated_at: DefaultTimestamp
}

export type ReservationStatus = 'held' | 'awaiting' | 'sold' | 'released' | 'lapsed'

export interface ReservationsTable {
  id: string
  city_id: string
  tier: Tier
  quantity: number
  status: ReservationStatus
  epoch: number
  email: string | null
  visitor_hash: string | null
  address_hash: string | null
  extends: string | null
  amount_cents: number | null
  currency: string | null
  created_at: Timestamp
  expires_at: Timestamp
  keepable_until: NullableTimestamp
  /** `infinity` for a reservation whose payment is on its way; node-postgres reads it as the number Infinity. */
  lapses_at: ColumnType<Date | number, Date | string, Date | string>
  session_request: JSONColumnType<Record<string, unknown>> | null
  session_expires_at: NullableTimestamp
  session_id: string | null
  session_url: string | null
  session_outcome: 'paid' | 'failed' | 'expired' | null
  lease_until: NullableTimestamp
  closed_at: NullableTimestamp
  closed_because: string | null
  link_id: string | null
}

export type LedgerOperation =
  'open' | 'decrement' | 'restock' | 'expand' | 'reduce' | 'relimit' | 'reset' | 'undo'

export interface InventoryTransactionsTable {
  id: Generated<number>
  city_id: string
  tier: Tier
  sequence: number
  epoch: number
  operation: LedgerOperation
  quantity: number
  sold_before: number
  sold_after: number
  public_limit_before: number
  public_limit_after: number
  actual_limit_before: number
  actual_limit_after: number
  payment_id: string | null
  payment_intent_id: string | null
  session_id: string | null
  reservation_id: string | null
  actor: string | null
  authorized_by: string | null
  reason: string | null
  occurred_at: Timestamp
  hash: Buffer
}

export interface PrivateLinksTable {
  id: Generated<string>
  token_hash: Buffer
  city_id: string
  tier: Tier
  seats: number
  email: string | null
  note: Generated<string>
  created_at: DefaultTimestamp
  created_by: string
  expires_at: Timestamp
  revoked_at: NullableTimestamp
}

export interface TourSalesTable {
  at: Timestamp
  tier: Tier
  sold: number
}
