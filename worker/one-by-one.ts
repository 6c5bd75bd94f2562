import type { QueueName } from '@/lib/queues/definitions'
import { type JobOutcome, outcomeOf } from './job-outcome'
import type { ClaimedJob } from './queue-worker'

/** A handler that works the jobs of a batch one after the other; each fails alone. */
export function oneByOne<Name extends QueueName>(work: (job: ClaimedJob<Name>) => Promise<unknown>) {
  return async (jobs: ClaimedJob<Name>[]): Promise<JobOutcome[]> => {
    const outcomes: JobOutcome[] = []
    for (const job of jobs) outcomes.push(await outcomeOf(job, work))
    return outcomes
  }
}
