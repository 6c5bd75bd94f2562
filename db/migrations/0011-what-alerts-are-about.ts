import { type Kysely, sql } from 'kysely'

/**
 * An alert about money leads to the exception or the payment that it is about. No foreign keys: an alert is a record of
 * what people were told, and must not lock rows of money.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table alerts add column exception_id bigint, add column payment_id text`.execute(db)
}
