import type { Generated } from 'kysely'
import type { DefaultTimestamp, NullableTimestamp } from './time'

/** A kind of ticket. */
export type Tier = 'ga' | 'vip'

export type SaleState = 'upcoming' | 'on_sale' | 'paused' | 'closed'

export interface CitiesTable {
  id: string
  name: string
  venue: Generated<string>
  address: Generated<string>
  time_zone: string
  starts_on: string
  ends_on: string
  sale_state: Generated<SaleState>
  hold_minutes: Generated<number>
  created_at: DefaultTimestamp
  updated_at: DefaultTimestamp
  archived_at: NullableTimestamp
}

export interface PricesTable {
  city_id: string
  tier: Tier
  amount_cents: number
  currency: Generated<string>
  stripe_price_id: string | null
}
