import { runAudit } from '@/lib/audit'
import { oneByOne } from './one-by-one'
import type { QueueWorker } from './queue-worker'

export const auditWorker: QueueWorker<'audit'> = {
  queue: 'audit',
  polls: [{ batchSize: 1, pollingIntervalSeconds: 5 }],
  handle: oneByOne(({ payload, signal }) => runAudit({ full: payload.kind === 'full', signal })),
}
