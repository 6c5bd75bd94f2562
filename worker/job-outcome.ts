/**
 * What became of one job. `completed`: done, also when it was completed inside the job's own transaction. `failed`:
 * tried again, until its retries are used up. `dead`: never again; to the dead letters.
 */
export type JobOutcome =
  { id: string; status: 'completed' } | { id: string; status: 'failed' | 'dead'; error: unknown }

export function completed({ id }: { id: string }): JobOutcome {
  return { id, status: 'completed' }
}

export function failed({ id }: { id: string }, error: unknown): JobOutcome {
  return { id, status: 'failed', error }
}

/** What became of a job whose work throws where it fails. */
export async function outcomeOf<Job extends { id: string }>(
  job: Job,
  work: (job: Job) => Promise<unknown>,
): Promise<JobOutcome> {
  try {
    await work(job)
    return completed(job)
  } catch (error) {
    return failed(job, error)
  }
}
