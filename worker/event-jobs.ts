import type { Trx } from '@/lib/database'
import { completeJobs } from '@/lib/queues/complete'
import type { ClaimedJob } from './queue-worker'

export type EventJob = ClaimedJob<'stripe-events'>

/**
 * Completes the jobs in the transaction of their effects.
 *
 * @returns the events that are ours to apply: not those whose job another worker has taken over
 */
export async function claim(trx: Trx, jobs: readonly EventJob[]): Promise<ReadonlySet<string>> {
  const ids = await completeJobs(trx, 'stripe-events', jobs)
  return new Set(jobs.filter((job) => ids.has(job.id)).map((job) => job.payload.eventId))
}
