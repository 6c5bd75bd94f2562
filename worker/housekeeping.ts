import { runHousekeeping } from '@/lib/housekeeping'
import { oneByOne } from './one-by-one'
import type { QueueWorker } from './queue-worker'

export const housekeepingWorker: QueueWorker<'housekeeping'> = {
  queue: 'housekeeping',
  polls: [{ batchSize: 2, pollingIntervalSeconds: 2 }],
  handle: oneByOne(({ payload }) => runHousekeeping(payload.task)),
}
