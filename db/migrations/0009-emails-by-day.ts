import { type Kysely, sql } from 'kysely'

/**
 * Addresses do not grow with time: in an index of all of them each new payment lands on a cold page, which is read, and
 * written whole to the log once after every checkpoint. Behind the day of the payment, all of today's stand together on
 * pages that are warm. A search probes one day after the other.
 *
 * While the index is made payments wait; the worker tries them again, and holds and pages do not touch this table.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create index payments_by_day_and_email on payments (((created_at at time zone 'UTC')::date), email)
     where email is not null`,
  `drop index payments_by_email`,
]
