import { type Kysely, sql } from 'kysely'

/**
 * A payment's city and tier are those of its ledger rows, whose foreign key stays; and no stock row ever goes, since the
 * application's role may not delete one. Checking each payment as well took a twentieth of its time.
 *
 * The queue forgets an event's job with its effects, so the number of events processed lately is read from the events.
 * A BRIN index costs a payment next to nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table payments drop constraint payments_city_id_tier_fkey`,
  // Pages that are not summarized are read every time.
  `create index stripe_events_by_processing on stripe_events using brin (processed_at)
     with (pages_per_range = 32, autosummarize = on)`,
]
