import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/** The pages at Stripe that the sweep ends: those that a reset left open, and those of sales that were taken back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const leftOpen: LiveIndex = {
  name: 'reservations_left_open',
  table: 'reservations',
  definition: `(session_expires_at) where status = 'released' and closed_because in ('reset', 'taken_back')
    and session_request is not null and session_outcome is null`,
}

export const liveIndexes = [leftOpen]

const statements = [createIndex(leftOpen), `drop index reservations_reset_open`]
