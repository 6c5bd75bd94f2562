import type { Generated } from 'kysely'
import type { Tier } from './cities'
import type { DefaultTimestamp, NullableTimestamp } from './time'

export type AlertKind =
  | 'threshold'
  | 'sold_out'
  | 'public_sell_out'
  | 'expansion'
  | 'reset'
  | 'exception'
  /** What Stripe says of a payment could not be applied. */
  | 'not_reconciled'
  | 'dead_letter'
  /** Stripe makes no payment pages. */
  | 'payment_page'
  | 'audit'
  | 'manual'
  | 'test'

export type AlertLevel = 'low' | 'monitor' | 'active' | 'critical' | 'emergency' | 'sold_out'
export type AlertChannel = 'slack' | 'email' | 'sms'

export interface AlertThresholdsTable {
  tier: Tier
  remaining: number
  level: AlertLevel
  channels: AlertChannel[]
}

export interface AlertsTable {
  id: Generated<string>
  kind: AlertKind
  level: AlertLevel | null
  city_id: string | null
  exception_id: number | null
  payment_id: string | null
  tier: string | null
  remaining: number | null
  subject: string
  body: string
  created_at: DefaultTimestamp
}

export type DeliveryState = 'pending' | 'sending' | 'sent' | 'failed' | 'unknown' | 'skipped'

export interface AlertDeliveriesTable {
  alert_id: string
  channel: AlertChannel
  target: string
  state: Generated<DeliveryState>
  attempts: Generated<number>
  provider_id: string | null
  last_error: string | null
  next_try_at: NullableTimestamp
  updated_at: DefaultTimestamp
}
