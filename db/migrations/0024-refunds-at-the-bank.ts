import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/** Refunds that the bank has yet to answer, which are few: those of a payment, and all of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(createIndex(atTheBank)).execute(db)
}

const atTheBank: LiveIndex = {
  name: 'refunds_at_the_bank',
  table: 'refunds',
  definition: `(payment_intent_id) where status in ('pending', 'requires_action')`,
}

export const liveIndexes = [atTheBank]
