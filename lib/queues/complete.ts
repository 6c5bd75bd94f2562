import { fromKysely, type JobAttempt } from 'pg-boss'
import { z } from 'zod'
import type { Trx } from '@/lib/database'
import type { QueueName } from './definitions'
import { queueSender } from './send'

/**
 * Completes jobs inside the transaction of their effects, fenced by the attempt: a job that has ended, or that
 * another worker has taken over, is left alone. Call it first in the transaction and apply only what it returns.
 * The rows stay locked until the commit, so no other worker can take these jobs any more, and a lost fence costs
 * only its own job. Report these jobs as completed to the queue as well; that changes nothing then.
 *
 * A completed job is deleted at once. Its effects say what became of it, and a row kept as completed would be
 * written to all its indexes, only to be deleted later.
 *
 * @returns the ids of the jobs that were completed now
 */
export async function completeJobs(
  trx: Trx,
  queue: QueueName,
  jobs: readonly JobAttempt[],
): Promise<Set<string>> {
  if (jobs.length === 0) return new Set()
  const boss = await queueSender()
  const attempts = jobs.map(({ id, retryCount }) => ({ id, retryCount }))
  const response = await boss.deleteJob(queue, attempts, { db: fromKysely(trx) })
  return new Set(settledJobs.parse(response).settled)
}

// pg-boss 12.38 returns the ids that its statement touched but does not declare them.
const settledJobs = z.object({ settled: z.array(z.string()) })
