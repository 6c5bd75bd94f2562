import { type Kysely, sql } from 'kysely'

/**
 * While no event waits, the index of those that do looks smaller to the planner than any other, and a plan that reads it
 * whole stays when a sale begins and thousands wait: for each batch, and for each overdue hold. So it says something in
 * its condition that only the queries say which are meant for it, as those of live reservations do.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create index stripe_events_by_waiting on stripe_events (received_at)
     where state = 'received' and received_at < 'infinity'`,
  `drop index stripe_events_waiting`,
]
