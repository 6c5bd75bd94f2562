import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/**
 * A dispute has to be answered in time, so the console counts and lists those that are open. They are few among all
 * payments. `created_at < 'infinity'` names the index, as that of payments that wait: see 0013-events-that-wait.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(createIndex(disputed)).execute(db)
}

const disputed: LiveIndex = {
  name: 'payments_in_dispute',
  table: 'payments',
  definition: `(created_at) where dispute = 'open' and created_at < 'infinity'`,
}

export const liveIndexes = [disputed]
