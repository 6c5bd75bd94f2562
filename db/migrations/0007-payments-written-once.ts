import { type Kysely, sql } from 'kysely'

/**
 * A payment's row is written before its stock row is locked. Checked at once, the foreign key would share the stock
 * row, and of two transactions that share it neither can lock it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table payments alter constraint payments_city_id_tier_fkey deferrable initially deferred`.execute(
    db,
  )
}
