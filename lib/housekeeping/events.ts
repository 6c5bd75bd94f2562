import { sql } from 'kysely'
import type { Connection } from '@/lib/database'
import { queueSchema } from '@/lib/queues/definitions'
import { enqueue } from '@/lib/queues/send'

/** Younger ones are on their way. */
const graceSeconds = 30
const batchSize = 500

/**
 * Enqueues accepted events that are unprocessed and have no job: neither one that waits or runs, nor a dead letter,
 * which is a person's to replay. Their old job's id may still be taken, so they get a new one.
 *
 * @returns how many
 */
export async function resumeEvents(connection: Connection): Promise<number> {
  return connection.transaction().execute(async (trx) => {
    // What a job carries has no index. Where statistics of a quiet day say that there are no jobs, each event would be
    // compared with each of them: with 20,000 that never ended.
    await sql`set local enable_nestloop = off`.execute(trx)
    // Index stripe_events_by_waiting, which `infinity` names. SKIP LOCKED: an event in hand is being processed, job or
    // not.
    const { rows } = await sql<{ eventId: string }>`
      select event.id as "eventId"
      from stripe_events event
      where event.state = 'received' and event.received_at < 'infinity'
        and event.received_at < app_now() - make_interval(secs => ${graceSeconds})
        and not exists (
          select from ${sql.table(`${queueSchema}.job`)} job
          where job.name in ('stripe-events', 'stripe-events-dead')
            and job.state < 'completed'
            and job.data ->> 'eventId' = event.id
        )
      order by event.received_at
      limit ${batchSize}
      for update of event skip locked`.execute(trx)
    await enqueue(trx, 'stripe-events', rows, { freshIds: true })
    return rows.length
  })
}
