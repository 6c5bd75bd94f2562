import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/**
 * The tables as kysely sees them. A test (`tests/integration/db/schema-types.test.ts`) compares them with what the
 * migrations make.
 */
export interface Database {
  app_clock: AppClockTable
  cities: CitiesTable
  prices: PricesTable
  inventory: InventoryTable
  reservations: ReservationsTable
  payments: PaymentsTable
  refunds: RefundsTable
  inventory_transactions: InventoryTransactionsTable
  stripe_events: StripeEventsTable
  payment_exceptions: PaymentExceptionsTable
  alert_thresholds: AlertThresholdsTable
  alerts: AlertsTable
  alert_deliveries: AlertDeliveriesTable
  audit_runs: AuditRunsTable
  audit_checkpoints: AuditCheckpointsTable
  settings: SettingsTable
  admin_accounts: AdminAccountsTable
  admin_sessions: AdminSessionsTable
  admin_totp: AdminTotpTable
  admin_recovery_codes: AdminRecoveryCodesTable
  admin_passkeys: AdminPasskeysTable
  passkey_challenges: PasskeyChallengesTable
  sign_in_attempts: SignInAttemptsTable
  api_tokens: ApiTokensTable
  admin_audit: AdminAuditTable
  rate_limits: RateLimitsTable
  idempotency_keys: IdempotencyKeysTable
  tour_sales: TourSalesTable
  private_links: PrivateLinksTable
}

/** A kind of ticket. */
export type Tier = 'ga' | 'vip'
type Timestamp = ColumnType<Date, Date | string, Date | string>
type DefaultTimestamp = ColumnType<Date, Date | string | undefined, Date | string>
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>

export interface AppClockTable {
  only_row: Generated<boolean>
  shift: Generated<string>
}

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

/** Since the last clean run, or of everything. */
export type AuditKind = 'incremental' | 'full'

export interface AuditRunsTable {
  id: Generated<number>
  kind: AuditKind
  started_at: Timestamp
  finished_at: DefaultTimestamp
  verdict: 'clean' | 'differences'
  differences: ColumnType<unknown[], string | undefined, string>
  rows_walked: number
}

export interface AuditCheckpointsTable {
  city_id: string
  tier: Tier
  sequence: number
  hash: Buffer
  run_id: number
  sound_to: number | null
}

export interface SettingsTable {
  key: string
  value: JSONColumnType<Record<string, unknown>>
  updated_at: DefaultTimestamp
  updated_by: string | null
}

/** What a person may: `viewer` sees, `operator` changes stock, `owner` resets and manages. Each includes the one before. */
export type Role = 'viewer' | 'operator' | 'owner'

export interface AdminAccountsTable {
  id: Generated<string>
  email: string
  role: Role
  password_hash: string
  password_changed_at: DefaultTimestamp
  created_at: DefaultTimestamp
  disabled_at: NullableTimestamp
}

export type SessionStage = 'second_factor' | 'full'
export type SessionEnd =
  | 'signed_out'
  | 'revoked'
  | 'renewed'
  | 'password_changed'
  | 'role_changed'
  | 'second_factor_changed'
  | 'disabled'

export interface AdminSessionsTable {
  id: Generated<string>
  account_id: string
  token_hash: Buffer
  stage: SessionStage
  address: string
  user_agent: string
  created_at: Timestamp
  last_seen_at: Timestamp
  expires_at: Timestamp
  ended_at: NullableTimestamp
  ended_because: SessionEnd | null
}

export interface AdminTotpTable {
  account_id: string
  sealed_secret: Buffer
  created_at: DefaultTimestamp
  confirmed_at: NullableTimestamp
  last_step: Generated<number>
}

export interface AdminRecoveryCodesTable {
  account_id: string
  code_hash: Buffer
  used_at: NullableTimestamp
}

export interface AdminPasskeysTable {
  id: string
  account_id: string
  name: string
  public_key: Buffer
  counter: number
  transports: Generated<string[]>
  created_at: DefaultTimestamp
  last_used_at: NullableTimestamp
}

export type ChallengePurpose = 'register' | 'second_factor' | 'sign_in'

export interface PasskeyChallengesTable {
  id: Generated<string>
  challenge: string
  purpose: ChallengePurpose
  account_id: string | null
  expires_at: Timestamp
}

export interface SignInAttemptsTable {
  key: string
  failures: number
  blocked_until: Timestamp
  last_at: Timestamp
  reported: Generated<boolean>
}

/** What an API token may; the same three steps under their own names. */
export type Scope = 'read' | 'operate' | 'own'

export interface ApiTokensTable {
  id: Generated<string>
  name: string
  scope: Scope
  token_hash: Buffer
  prefix: string
  created_at: Timestamp
  created_by: string
  expires_at: Timestamp
  last_used_at: NullableTimestamp
  revoked_at: NullableTimestamp
}

export type AuditOutcome = 'applied' | 'refused' | 'failed'

export interface AdminAuditTable {
  id: Generated<number>
  at: DefaultTimestamp
  actor_kind: 'nobody' | 'admin' | 'token' | 'system'
  actor_id: string | null
  actor_label: string
  address: string | null
  action: string
  target: string | null
  outcome: AuditOutcome
  code: string | null
  before: JSONColumnType<Record<string, unknown>> | null
  after: JSONColumnType<Record<string, unknown>> | null
  reason: string | null
  authorized_by: string | null
  request_id: string | null
}

export interface RateLimitsTable {
  key: string
  points: Generated<number>
  expire: number | null
}

export interface IdempotencyKeysTable {
  scope: string
  key_hash: Buffer
  request_hash: Buffer
  run: string
  lease_until: Timestamp
  answer: Buffer | null
  created_at: Timestamp
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
