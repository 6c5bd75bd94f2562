import type { QueueName } from '@/lib/queues/definitions'
import type { ClaimedJob, JobOutcome } from './queue-worker'

/** A handler that works the jobs of a batch one after the other; each fails alone. */
export function oneByOne<Name extends QueueName>(work: (job: ClaimedJob<Name>) => Promise<unknown>) {
  return async (jobs: ClaimedJob<Name>[]): Promise<JobOutcome[]> => {
    const outcomes: JobOutcome[] = []
    for (const job of jobs) {
      outcomes.push(
        await work(job).then(
          (): JobOutcome => ({ id: job.id, status: 'completed' }),
          (error: unknown): JobOutcome => ({ id: job.id, status: 'failed', error }),
        ),
      )
    }
    return outcomes
  }
}
