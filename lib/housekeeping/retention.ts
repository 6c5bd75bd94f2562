import { type Kysely, sql } from 'kysely'
import type { Database } from '@/db/schema'

/** What we keep of an event's content; the event itself stays for ever, since it guards against doing it twice. */
export const factsRetentionDays = 180
const batchSize = 5_000

/**
 * Drops the content of old, settled events.
 *
 * @returns how many
 */
export async function forgetFacts(db: Kysely<Database>): Promise<number> {
  let forgotten = 0
  for (;;) {
    // Index stripe_events_by_time.
    const result = await sql`
      update stripe_events set facts = null
      where id in (
        select id from stripe_events
        where received_at < app_now() - make_interval(days => ${factsRetentionDays})
          and state <> 'received' and facts is not null
        order by received_at
        limit ${batchSize}
      )`.execute(db)
    const changed = Number(result.numAffectedRows ?? 0)
    forgotten += changed
    if (changed < batchSize) return forgotten
  }
}
