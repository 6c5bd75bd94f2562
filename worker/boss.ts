import { PgBoss } from 'pg-boss'
import { answerTimeoutMs, lifetime, watched } from '@/db/pool'
import { config } from '@/lib/config'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import { queueSchema } from '@/lib/queues/definitions'

const statementTimeoutMs = 60_000
/** Handed on to `pg` by pg-boss: without them a host that vanished would keep a fetch waiting for ever. */
const bounds = { ...watched, ...lifetime, query_timeout: answerTimeoutMs(statementTimeoutMs) }

/**
 * After a quiet night PostgreSQL takes a queue for empty until it looks again, a minute into a sale. To join the 500 jobs
 * of a fetch with all that wait, row by row, or to sort all that wait, then seems as good as the index that has them in
 * order: a fetch took four seconds with 20,000 waiting. Hashed, a join reads each row once, however wrong the guess.
 */
const plans = '-c enable_nestloop=off -c enable_bitmapscan=off -c enable_sort=off'

/**
 * The worker's pg-boss, over connections of its own: it fetches, supervises and listens, as a role that owns
 * nothing. So it migrates nothing and rebuilds no index; the release step, the owner, creates the queues.
 */
export function createBoss(): PgBoss {
  const boss = new PgBoss({
    ...bounds,
    connectionString: config().database.url,
    application_name: '6fb-worker-queues',
    max: 4,
    options: `${plans} -c TimeZone=UTC -c statement_timeout=${statementTimeoutMs} -c idle_in_transaction_session_timeout=60000`,
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
