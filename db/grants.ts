import { type Kysely, sql } from 'kysely'
import type { Database } from './schema'

/**
 * Gives the application's role what it needs and no more: it owns nothing, cannot move the clock, and can
 * neither change nor delete a row of the ledger or of the audit's verdicts.
 *
 * @param db connected as the role that owns the schema
 * @param appRole the role that web and worker connect as; nothing happens when it is the owner itself
 */
export async function grantToApplication(db: Kysely<Database>, appRole: string): Promise<void> {
  const { rows } = await sql<{ owner: string; schema: string }>`
    select current_user::text as owner, current_schema()::text as schema`.execute(db)
  const current = rows[0]
  if (!current || current.owner === appRole) return
  const schema = sql.id(current.schema)
  const role = sql.id(appRole)
  await sql`grant usage on schema ${schema} to ${role}`.execute(db)
  await sql`grant select on all tables in schema ${schema} to ${role}`.execute(db)
  await sql`grant usage on all sequences in schema ${schema} to ${role}`.execute(db)
  await sql`grant insert on table ${sql.join(appendOnly.map(table), sql`, `)} to ${role}`.execute(db)
  await sql`grant insert, update on table ${sql.join(changing.map(table), sql`, `)} to ${role}`.execute(db)
  await sql`grant insert, update, delete on table ${sql.join(editable.map(table), sql`, `)} to ${role}`.execute(
    db,
  )
}

const table = (name: keyof Database) => sql.table(name)

const appendOnly: (keyof Database)[] = ['inventory_transactions', 'audit_runs', 'admin_audit', 'tour_sales']

const changing: (keyof Database)[] = [
  'cities',
  'prices',
  'inventory',
  'reservations',
  'payments',
  'refunds',
  'stripe_events',
  'payment_exceptions',
  'alerts',
  'alert_deliveries',
  'audit_checkpoints',
  'settings',
  'api_tokens',
  'private_links',
]

const editable: (keyof Database)[] = [
  'alert_thresholds',
  'admin_accounts',
  'admin_sessions',
  'admin_totp',
  'admin_recovery_codes',
  'admin_passkeys',
  'passkey_challenges',
  'sign_in_attempts',
  'rate_limits',
  'idempotency_keys',
]
