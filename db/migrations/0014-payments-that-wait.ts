import { type Kysely, sql } from 'kysely'

/**
 * The same for payments that wait for their money, or for a person: `created_at < 'infinity'` names the index of the
 * former. Exceptions that wait are few, and `payment_exceptions_unresolved` holds them already, behind their payment.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create index payments_by_waiting on payments (created_at)
     where state in ('new', 'awaiting') and created_at < 'infinity'`,
  `drop index payments_awaiting`,
  `drop index payment_exceptions_waiting`,
]
