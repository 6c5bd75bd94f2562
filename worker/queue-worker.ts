import type { Job, JobResult, PgBoss, WorkOptions } from 'pg-boss'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import { type PayloadOf, type QueueName, queues } from '@/lib/queues/definitions'
import type { JobOutcome } from './job-outcome'

/** A job that this process has claimed. `id` and `retryCount` together are the attempt that fences its completion. */
export interface ClaimedJob<Name extends QueueName> {
  id: string
  retryCount: number
  payload: PayloadOf<Name>
  /** Aborted when the claim is lost, or the process gives up waiting at its end. */
  signal: AbortSignal
}

/** How one queue is worked. Each entry of `polls` is a loop that fetches, handles, and fetches again. */
export interface QueueWorker<Name extends QueueName> {
  queue: Name
  polls: readonly PollOptions[]
  /**
   * Handles a batch. Every job needs an outcome; a throw fails all that were not completed meanwhile. Runs at
   * least once for each job, perhaps twice at the same time.
   */
  handle(jobs: ClaimedJob<Name>[]): Promise<JobOutcome[]>
}

export type PollOptions = Pick<
  WorkOptions,
  'batchSize' | 'burstWhenBatchFull' | 'pollingIntervalSeconds' | 'minPriority' | 'maxPriority'
>

/** Starts working a queue; returns pg-boss's ids of its loops, by which they can be woken. */
export async function workQueue<Name extends QueueName>(
  boss: PgBoss,
  worker: QueueWorker<Name>,
): Promise<string[]> {
  const ids: string[] = []
  for (const poll of worker.polls) {
    const options = { ...poll, perJobResults: true } as const
    ids.push(await boss.work(worker.queue, options, (jobs: Job[]) => handleBatch(worker, jobs)))
  }
  return ids
}

async function handleBatch<Name extends QueueName>(
  worker: QueueWorker<Name>,
  jobs: Job[],
): Promise<JobResult[]> {
  const { queue } = worker
  const readable: ClaimedJob<Name>[] = []
  const outcomes: JobOutcome[] = []
  for (const job of jobs) {
    const payload = queues[queue].payload.safeParse(job.data)
    if (payload.success) {
      const { id, retryCount, signal } = job
      readable.push({ id, retryCount, payload: payload.data as PayloadOf<Name>, signal })
    } else {
      outcomes.push({
        id: job.id,
        status: 'dead',
        error: new Error('The payload is not what this queue carries'),
      })
    }
  }
  try {
    if (readable.length > 0) outcomes.push(...(await worker.handle(readable)))
  } catch (error) {
    log().error(
      { queue, jobs: jobs.length, ...described(error), code: 'batch_failed' },
      'a batch of jobs failed',
    )
    throw error
  }
  return outcomes.map((outcome) => toResult(queue, outcome))
}

function toResult(queue: QueueName, outcome: JobOutcome): JobResult {
  const { id, status } = outcome
  switch (status) {
    case 'completed':
      return { id, status }
    case 'failed':
    case 'dead': {
      const output = described(outcome.error)
      log().warn({ queue, jobId: id, status, ...output, code: 'job_failed' }, 'a job failed')
      return { id, status: status === 'dead' ? 'deadletter' : 'failed', output }
    }
  }
}

/** The message alone: an error's other fields can hold the values of a row. */
function described(error: unknown): { error: string } {
  return { error: errorText(error).slice(0, 500) }
}
