import { runRefundJob } from '@/lib/payments/refund-at-once'
import { refundPriority } from '@/lib/queues/definitions'
import type { ClaimedJob, JobOutcome, PollOptions, QueueWorker } from './queue-worker'

const lane: PollOptions = { batchSize: 5, burstWhenBatchFull: true, pollingIntervalSeconds: 1 }

export const refundsWorker: QueueWorker<'refunds'> = {
  queue: 'refunds',
  polls: [
    { ...lane, minPriority: refundPriority },
    { ...lane, maxPriority: refundPriority - 1 },
  ],
  handle: (jobs) => Promise.all(jobs.map(refund)),
}

async function refund({ id, payload }: ClaimedJob<'refunds'>): Promise<JobOutcome> {
  try {
    const result = await runRefundJob(payload)
    return result === 'done'
      ? { id, status: 'completed' }
      : { id, status: result.status, error: new Error(result.because) }
  } catch (error) {
    return { id, status: 'failed', error }
  }
}
