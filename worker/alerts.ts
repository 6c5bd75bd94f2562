import { configuredChannels } from '@/lib/alerts/channels'
import { deliverAlert } from '@/lib/alerts/deliver'
import { config } from '@/lib/config'
import { database } from '@/lib/database'
import { alertLanes } from '@/lib/queues/definitions'
import type { ClaimedJob, JobOutcome, PollOptions, QueueWorker } from './queue-worker'

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

async function deliver({ id, payload }: ClaimedJob<'alerts'>): Promise<JobOutcome> {
  channels ??= configuredChannels()
  try {
    const result = await deliverAlert(database(), channels, config().publicUrl, payload)
    if (result === 'done') return { id, status: 'completed' }
    // The provider's words are in the delivery's row: they may name the target.
    return { id, status: 'dead', error: new Error('The alert could not be delivered') }
  } catch (error) {
    return { id, status: 'failed', error }
  }
}

let channels: ReturnType<typeof configuredChannels> | undefined
