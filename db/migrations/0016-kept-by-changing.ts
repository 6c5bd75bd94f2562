import { type Kysely, sql } from 'kysely'

/**
 * Until when a buyer can keep seats by changing their mind: a hold that takes another's place has the same moment, and
 * ends by then. Null, as the release before this one writes it: see lib/checkout/reservations.ts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table reservations add column keepable_until timestamptz`.execute(db)
}
