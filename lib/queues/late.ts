import { sql } from 'kysely'
import { database } from '@/lib/database'
import { type QueueName, queues, queueSchema } from './definitions'

/** A job that waits this long, although it could run, means that no worker takes it. */
const lateSeconds = 60

/** A queue that no worker takes jobs from. */
export interface LateQueue {
  name: QueueName
  /** Seconds that its oldest job could have run, or its next one could be there. */
  oldestSeconds: number
}

/**
 * The queues that have a job which could have run for a minute, and of which no living worker runs a job. A job
 * that only waits behind others is not late: behind a full audit the next one waits for minutes, and so do events
 * in a rush.
 *
 * The sweep is also late a minute after its last run. Workers add its jobs themselves, every few seconds, so when all have
 * stopped nothing may wait.
 */
export async function readLateQueues(): Promise<LateQueue[]> {
  const job = sql.table(`${queueSchema}.job`)
  const stripeEvents: QueueName = 'stripe-events'
  const sweep: QueueName = 'reservation-sweep'
  // Indexes: pg-boss's job_i14, which holds no other states; they are named so that the planner sees it. Its job_i16 for
  // what has ended. And stripe_events_by_processing: a worker that drains a backlog of events writes to none of their jobs.
  const { rows } = await sql<LateQueue>`
    select queue.name, extract(epoch from now() - waiting.since)::int as "oldestSeconds"
    from unnest(${Object.keys(queues)}::text[]) with ordinality as queue (name, place)
    cross join lateral (select least(
      (select min(greatest(created_on, start_after)) from ${job} job
        where job.name = queue.name and state in ('created', 'retry')
          and start_after < now() - make_interval(secs => ${lateSeconds})),
      (select max(completed_on) from ${job} job
        where job.name = ${sweep} and queue.name = ${sweep} and completed_on is not null)) as since) waiting
    where waiting.since < now() - make_interval(secs => ${lateSeconds})
      and not exists (
        select from ${job} job where job.name = queue.name and state = 'active'
          and heartbeat_on > now() - make_interval(secs => ${lateSeconds}))
      and not (queue.name = ${stripeEvents} and exists (
        select from stripe_events where processed_at > app_now() - make_interval(secs => ${lateSeconds})))
    order by place`.execute(database())
  return rows
}
