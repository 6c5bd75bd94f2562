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
 * The worker's pg-boss, over connections of its own: it fetches, supervises and listens, as a role that owns
 * nothing. So it migrates nothing and rebuilds no index; the release step, the owner, creates the queues.
 */
export function createBoss(): PgBoss {
  const boss = new PgBoss({
    ...bounds,
    connectionString: config().database.url,
    application_name: '6fb-worker-queues',
    max: 4,
    options: `-c TimeZone=UTC -c statement_timeout=${statementTimeoutMs} -c idle_in_transaction_session_timeout=60000`,
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
