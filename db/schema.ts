import type {
  AdminAccountsTable,
  AdminAuditTable,
  AdminPasskeysTable,
  AdminRecoveryCodesTable,
  AdminSessionsTable,
  AdminTotpTable,
  ApiTokensTable,
  PasskeyChallengesTable,
  SignInAttemptsTable,
} from './tables/accounts'
import type { AlertDeliveriesTable, AlertsTable, AlertThresholdsTable } from './tables/alerts'
import type { AuditCheckpointsTable, AuditRunsTable } from './tables/audits'
import type { CitiesTable, PricesTable } from './tables/cities'
import type { PaymentExceptionsTable, PaymentsTable, RefundsTable, StripeEventsTable } from './tables/money'
import type { SettingsTable } from './tables/settings'
import type {
  InventoryTable,
  InventoryTransactionsTable,
  PrivateLinksTable,
  ReservationsTable,
  TourSalesTable,
} from './tables/stock'
import type { AppClockTable } from './tables/time'
import type { IdempotencyKeysTable, RateLimitsTable } from './tables/web'

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
