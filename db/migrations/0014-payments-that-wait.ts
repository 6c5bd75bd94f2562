import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/**
 * The same for payments that wait for their money, or for a person: `created_at < 'infinity'` names the index of the
 * former. Exceptions that wait are few, and `payment_exceptions_unresolved` holds them already, behind their payment.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const waiting: LiveIndex = {
  name: 'payments_by_waiting',
  table: 'payments',
  definition: `(created_at) where state in ('new', 'awaiting') and created_at < 'infinity'`,
}

export const liveIndexes = [waiting]

const statements = [
  createIndex(waiting),
  `drop index payments_awaiting`,
  `drop index payment_exceptions_waiting`,
]
