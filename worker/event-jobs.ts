import type { Trx } from '@/lib/database'
import { completeJobs } from '@/lib/queues/complete'
import type { ClaimedJob, JobOutcome } from './queue-worker'

export type EventJob = ClaimedJob<'stripe-events'>

/** Completes the jobs in the transaction of their effects; a job that was taken over is not ours to apply. */
export async function claim(trx: Trx, jobs: readonly EventJob[]): Promise<ReadonlySet<string>> {
  const ids = await completeJobs(trx, 'stripe-events', jobs)
  return new Set(jobs.filter((job) => ids.has(job.id)).map((job) => job.payload.eventId))
}

export function completed(job: EventJob): JobOutcome {
  return { id: job.id, status: 'completed' }
}

export function failed(job: EventJob, error: unknown): JobOutcome {
  return { id: job.id, status: 'failed', error }
}
