import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/**
 * While no event waits, the index of those that do looks smaller to the planner than any other, and a plan that reads it
 * whole stays when a sale begins and thousands wait: for each batch, and for each overdue hold. So it says something in
 * its condition that only the queries say which are meant for it, as those of live reservations do.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const waiting: LiveIndex = {
  name: 'stripe_events_by_waiting',
  table: 'stripe_events',
  definition: `(received_at) where state = 'received' and received_at < 'infinity'`,
}

export const liveIndexes = [waiting]

const statements = [createIndex(waiting), `drop index stripe_events_waiting`]
