import { reconcileStripe } from '@/lib/stripe/reconcile'
import { singleSessionPriority } from '@/lib/queues/definitions'
import { outcomeOf } from './job-outcome'
import type { QueueWorker } from './queue-worker'

/**
 * Two loops: the long run over everything must not hold up a buyer who waits for one session. Nor do such buyers wait for
 * each other, where Stripe answers slowly.
 */
export const stripeReconcileWorker: QueueWorker<'stripe-reconcile'> = {
  queue: 'stripe-reconcile',
  polls: [
    { batchSize: 5, burstWhenBatchFull: true, pollingIntervalSeconds: 1, minPriority: singleSessionPriority },
    { batchSize: 1, pollingIntervalSeconds: 2, maxPriority: singleSessionPriority - 1 },
  ],
  handle: (jobs) => Promise.all(jobs.map((job) => outcomeOf(job, ({ payload }) => reconcileStripe(payload)))),
}
