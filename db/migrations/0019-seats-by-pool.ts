import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/**
 * The seats behind a pool's payments, so that an audit adds them up from the index alone instead of visiting every
 * payment. They belong to the key: sales have few different numbers of seats, and PostgreSQL stores entries that are the
 * same only once, but not those of an index that includes columns, which would be seven times as large.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const seats: LiveIndex = {
  name: 'payments_by_pool_and_seats',
  table: 'payments',
  definition: '(city_id, tier, epoch, seats_sold, seats_returned)',
}

export const liveIndexes = [seats]

const statements = [createIndex(seats), `drop index payments_by_pool`]
