import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/**
 * The sales that were taken back because Stripe did not know them as paid: Stripe is asked for months whether their money
 * has come after all. They are few among all exceptions.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(createIndex(takenBack)).execute(db)
}

const takenBack: LiveIndex = {
  name: 'payment_exceptions_taken_back',
  table: 'payment_exceptions',
  definition: `(payment_id) where kind = 'unknown_to_stripe' and resolution = 'restocked'`,
}

export const liveIndexes = [takenBack]
