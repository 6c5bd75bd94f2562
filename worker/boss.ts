import { PgBoss } from 'pg-boss'
import { lifetime, watched } from '@/db/pool'
import { boundedSession } from '@/db/session-settings'
import { config } from '@/lib/config'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import { queueSchema } from '@/lib/queues/definitions'

const limits = { statementTimeoutMs: 60_000, lockTimeoutMs: 0 }

/**
 * Settings of the planner for pg-boss's fetch. After a quiet night PostgreSQL's statistics say that a queue is
 * empty, until they are renewed, a minute into a sale. Then two slow plans seem as good as the index that has the
 * jobs in order: to join the 500 jobs of a fetch with all waiting jobs row by row, and to sort all waiting jobs. A
 * fetch took four seconds with 20,000 waiting. A hash join reads each row once, however wrong the statistics are.
 */
const plans = { enable_nestloop: 'off', enable_bitmapscan: 'off', enable_sort: 'off' }

/**
 * The worker's pg-boss, over connections of its own: it fetches, supervises and listens. Its role owns nothing, so
 * it migrates nothing and rebuilds no index. The release step, which has the owner's role, creates the queues.
 */
export function createBoss(): PgBoss {
  const boss = new PgBoss({
    // Handed on to `pg` by pg-boss: without them a host that vanished would keep a fetch waiting for ever.
    ...watched,
    ...lifetime,
    ...boundedSession(config().database.url, limits, plans),
    application_name: '6fb-worker-queues',
    max: 4,
    schema: queueSchema,
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    supervise: true,
    superviseIntervalSeconds: 15,
    monitorIntervalSeconds: 15,
    maintenanceIntervalSeconds: 300,
    instanceName: 'worker',
    openTelemetry: { enabled: false },
  })
  // Without a listener the end of a connection would end the process.
  boss.on('error', (error) => {
    log().warn({ code: 'queue_error', detail: errorText(error) }, 'the queue met an error')
  })
  boss.on('warning', (warning) => {
    log().warn({ code: 'queue_warning', detail: warning.message }, 'the queue warns')
  })
  return boss
}
