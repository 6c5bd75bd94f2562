import { runRefundJob } from '@/lib/payments/refund-at-once'
import { refundPriority } from '@/lib/queues/definitions'
import { completed, failed, type JobOutcome } from './job-outcome'
import type { ClaimedJob, PollOptions, QueueWorker } from './queue-worker'

const lane: PollOptions = { batchSize: 5, burstWhenBatchFull: true, pollingIntervalSeconds: 1 }

export const refundsWorker: QueueWorker<'refunds'> = {
  queue: 'refunds',
  polls: [
    { ...lane, minPriority: refundPriority },
    { ...lane, maxPriority: refundPriority - 1 },
  ],
  handle: (jobs) => Promise.all(jobs.map(refund)),
}

async function refund(job: ClaimedJob<'refunds'>): Promise<JobOutcome> {
  try {
    const result = await runRefundJob(job.payload)
    return result === 'done'
      ? completed(job)
      : { id: job.id, status: result.status, error: new Error(result.because) }
  } catch (error) {
    return failed(job, error)
  }
}
