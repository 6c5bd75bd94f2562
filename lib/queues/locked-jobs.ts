import { sql } from 'kysely'
import { fromKysely } from 'pg-boss'
import { ahead } from '@/db/ahead'
import type { Trx } from '@/lib/database'
import { type PayloadOf, type QueueName, queues, queueSchema } from './definitions'
import { queueSender } from './send'

/** A job that no other worker gets before the transaction that locked it ends. */
export interface LockedJob<Name extends QueueName> {
  id: string
  payload: PayloadOf<Name>
}

/**
 * Locks the oldest jobs of a queue that were never tried, for as long as the transaction lasts. pg-boss's own fetch
 * writes the worker and the attempt into each job. A transaction that ends by deleting its jobs says as much by its
 * locks, without a write. If it fails, or its process is killed, the jobs are at once as they were. So nothing
 * counts these attempts: a job that fails must be left to pg-boss.
 *
 * @param most jobs at most
 * @throws ZodError where a payload is not what the queue carries
 */
export async function lockNewJobs<Name extends QueueName>(
  trx: Trx,
  queue: Name,
  most: number,
): Promise<LockedJob<Name>[]> {
  // After a quiet night the queue looks empty to the planner (`worker/boss.ts`): to sort all waiting jobs then
  // seems as good as the index that has them in order.
  await planByIndex(trx, 'off')
  // Index of pg-boss: job_i11, whose condition is named so that the planner sees it.
  const { rows } = await sql<{ id: string; data: unknown }>`
    select id, data from ${sql.table(`${queueSchema}.job`)}
    where name = ${sql.lit(queue)} and state < 'active' and not blocked and start_after <= now()
      and state = 'created'
    order by priority desc, created_on limit ${most} for update skip locked`.execute(trx)
  await planByIndex(trx, 'on')
  const { payload } = queues[queue]
  return rows.map(({ id, data }) => ({ id, payload: payload.parse(data) as PayloadOf<Name> }))
}

/** Deletes jobs that the transaction has locked: they are gone once it commits. */
export async function endLockedJobs(trx: Trx, queue: QueueName, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const boss = await queueSender()
  await boss.deleteJob(queue, [...ids], { db: fromKysely(trx) })
}

async function planByIndex(trx: Trx, others: 'on' | 'off'): Promise<void> {
  // A transaction begins without sequential scans (`db/prepared.ts`), and stays so.
  await sql`${ahead} select set_config('enable_sort', ${others}, true),
    set_config('enable_bitmapscan', ${others}, true)`.execute(trx)
}
