import { configuredChannels } from '@/lib/alerts/channels'
import { deliverAlert, type DeliveryResult } from '@/lib/alerts/deliver'
import { config } from '@/lib/config'
import { database } from '@/lib/database'
import { alertLanes } from '@/lib/queues/definitions'
import { completed, failed, type JobOutcome } from './job-outcome'
import type { ClaimedJob, PollOptions, QueueWorker } from './queue-worker'

/**
 * A lane for each channel, told apart by priority: a channel that answers slowly, or not at all, does not hold up
 * the alerts of the others. The last lane takes jobs without a priority, or with one of an older version.
 */
const lane: PollOptions = { batchSize: 5, burstWhenBatchFull: true, pollingIntervalSeconds: 1 }

export const alertsWorker: QueueWorker<'alerts'> = {
  queue: 'alerts',
  polls: [
    { ...lane, minPriority: alertLanes.sms },
    { ...lane, minPriority: alertLanes.slack, maxPriority: alertLanes.sms - 1 },
    { ...lane, minPriority: alertLanes.email, maxPriority: alertLanes.slack - 1 },
    { ...lane, maxPriority: alertLanes.email - 1 },
  ],
  handle: (jobs) => Promise.all(jobs.map(deliver)),
}

async function deliver(job: ClaimedJob<'alerts'>): Promise<JobOutcome> {
  channels ??= configuredChannels()
  try {
    const result = await deliverAlert(database(), channels, config().publicUrl, job.payload)
    if (result === 'done') return completed(job)
    return { id: job.id, status: 'dead', error: new Error(reasons[result]) }
  } catch (error) {
    return failed(job, error)
  }
}

/** The provider's words are in the delivery's row: they may name the target. */
const reasons = {
  given_up: 'The alert could not be delivered',
  may_have_arrived: 'The provider did not say whether it took the alert, which may have arrived',
} satisfies Record<Exclude<DeliveryResult, 'done'>, string>

let channels: ReturnType<typeof configuredChannels> | undefined
