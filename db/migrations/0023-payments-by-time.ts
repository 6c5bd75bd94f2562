import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/**
 * All payments as a file, newest first. A BRIN index costs a payment next to nothing: with 100,000 payments, batches of
 * 500 took as long with it as without. It finds a stretch of time, whose rows are then sorted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(createIndex(byTime)).execute(db)
}

const byTime: LiveIndex = {
  name: 'payments_by_time',
  table: 'payments',
  // Pages that are not summarized are read every time.
  definition: 'using brin (created_at) with (pages_per_range = 32, autosummarize = on)',
}

export const liveIndexes = [byTime]
