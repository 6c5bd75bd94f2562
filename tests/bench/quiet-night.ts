import { type Kysely, sql } from 'kysely'
import type { Database } from '@/db/schema'

const tables = ['stripe_events', 'payments', 'reservations', 'inventory', 'inventory_transactions']

/**
 * Leaves PostgreSQL as a quiet night does: vacuumed, and believing that nothing is held and nothing waits. What comes at
 * once after it is planned on that.
 *
 * @param ownerDb as the role that owns the tables
 */
export async function quietNight(ownerDb: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ table: string }>`
    select table_name as "table" from pgboss.queue where name = 'stripe-events'`.execute(ownerDb)
  for (const name of [...tables, ...rows.map(({ table }) => `pgboss.${table}`)])
    await sql`vacuum analyze ${sql.table(name)}`.execute(ownerDb)
}
