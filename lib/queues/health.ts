import { sql } from 'kysely'
import { database } from '@/lib/database'
import { deadLetterQueues, type QueueName, queues, queueSchema } from './definitions'

/** How far back rates and failures are counted. */
export const healthMinutes = 10

/** What an operator wants to know of a queue. Counts are jobs. */
export interface QueueHealth {
  name: QueueName | (typeof deadLetterQueues)[number]
  /** Jobs that could run now, and wait. */
  ready: number
  /** Jobs whose time has not come. */
  later: number
  active: number
  /** Seconds that the oldest ready one has waited; null where none is ready. */
  oldestSeconds: number | null
  /** Finished well, and given up, within `healthMinutes`. */
  completed: number
  failed: number
  /** Where jobs go whose retries are used up. They wait there for an admin. */
  isDeadLetter: boolean
}

/** Reads the health of all queues by pg-boss's own tables. */
export async function readQueueHealth(): Promise<QueueHealth[]> {
  const names = [...Object.keys(queues), ...deadLetterQueues]
  const job = sql.table(`${queueSchema}.job`)
  const stripeEvents: QueueName = 'stripe-events'
  // Indexes of pg-boss: job_i14 for what waits or runs, job_i16 for what has ended lately. Jobs that were completed
  // with their effects are gone; stripe_events_by_processing knows how many.
  const { rows } = await sql<QueueHealth>`
    select name, waiting.ready, waiting.later, waiting.active, waiting.oldest as "oldestSeconds",
      ended.completed + applied.events as completed, ended.failed,
      name = any(${[...deadLetterQueues]}::text[]) as "isDeadLetter"
    from unnest(${names}::text[]) with ordinality as queue (name, place)
    cross join lateral (
      select count(*) filter (where state < 'active' and start_after <= now())::int as ready,
        count(*) filter (where state < 'active' and start_after > now())::int as later,
        count(*) filter (where state = 'active')::int as active,
        extract(epoch from now() - min(greatest(created_on, start_after))
          filter (where state < 'active' and start_after <= now()))::int as oldest
      from ${job} job where job.name = queue.name and job.state <= 'active') waiting
    cross join lateral (
      select count(*) filter (where state = 'completed')::int as completed,
        count(*) filter (where state = 'failed')::int as failed
      from ${job} job where job.name = queue.name
        and job.completed_on > now() - make_interval(mins => ${healthMinutes})) ended
    cross join lateral (
      select count(*)::int as events from stripe_events
      where queue.name = ${stripeEvents} and processed_at > app_now() - make_interval(mins => ${healthMinutes})) applied
    order by place`.execute(database())
  return rows
}
