import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/**
 * A dispute has to be answered in time, so the console counts and lists those that are open. They are few among all
 * payments. `created_at < 'infinity'` names the index, as that of payments that wait: see 0013-events-that-wait.
 *
 * Where money was parked that belonged to a sale known by another name, the release before this one gave the sale its
 * dispute, and left it behind as well. That row has no money any more, so no news would ever end it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const disputed: LiveIndex = {
  name: 'payments_in_dispute',
  table: 'payments',
  definition: `(created_at) where dispute = 'open' and created_at < 'infinity'`,
}

export const liveIndexes = [disputed]

const statements = [
  createIndex(disputed),
  `update payments set dispute = null, updated_at = app_now()
   where dispute = 'open' and created_at < 'infinity' and payment_intent_id is null`,
]
