import { type Kysely, sql } from 'kysely'

/**
 * Indexes of live reservations that no query takes for another. While few holds are live, all of them look equally
 * small to the planner, and a plan that reads the wrong one whole stays when a sale begins and thousands are live. So
 * each says something in its condition that only the queries say which are meant for it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create index reservations_by_pool on reservations (city_id, tier, lapses_at)
     where status in ('held', 'awaiting') and lapses_at >= '-infinity'`,
  `create index reservations_by_expiry on reservations (expires_at) where status = 'held' and expires_at < 'infinity'`,
  `create index reservations_by_lapse on reservations (lapses_at) where status = 'held' and lapses_at < 'infinity'`,
  `drop index reservations_live_by_pool`,
  `drop index reservations_due`,
  `drop index reservations_lapsing`,
]
