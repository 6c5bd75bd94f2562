import pg from 'pg'

export interface PoolSettings {
  connectionString: string
  /** Connections at most. */
  max: number
  applicationName: string
  /** How long any statement may run, 30 s by default; 0 for as long as it takes. */
  statementTimeoutMs?: number
}

/** How long a statement waits for a row somebody else has locked before it gives up with 55P03. */
export const lockTimeoutMs = 5_000
/** How long a statement of web and worker may run. */
const defaultStatementTimeoutMs = 30_000

/**
 * For connections to a host that may vanish without a word: one that is idle is asked after ten seconds whether it is
 * still there, which the system would do after two hours.
 */
export const watched = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 }

/**
 * After so long a connection is closed as soon as nobody uses it. One that is used often is never idle for long, and
 * after a failover would stay with the former server for as long as it is only read from.
 */
export const lifetime = { maxLifetimeSeconds: 1_800 }

/**
 * How long a statement's answer is waited for. PostgreSQL keeps the statement's own limit; beyond this one there is no
 * PostgreSQL behind the connection any more.
 */
export function answerTimeoutMs(statementTimeoutMs: number): number {
  return (statementTimeoutMs * 4) / 3
}

/**
 * A pool whose waits are all bounded: for a connection, for a lock, for a statement, for its answer, for an idle
 * transaction. A connection that breaks while idle is dropped silently; the next query opens another.
 */
export function createPool(settings: PoolSettings, onError: (error: Error) => void = () => {}): pg.Pool {
  const { statementTimeoutMs = defaultStatementTimeoutMs } = settings
  const pool = new pg.Pool({
    ...watched,
    ...lifetime,
    connectionString: settings.connectionString,
    max: settings.max,
    application_name: settings.applicationName,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    pipeline: true,
    // 0 is no limit.
    query_timeout: answerTimeoutMs(statementTimeoutMs),
    types: { getTypeParser },
    options: [
      '-c TimeZone=UTC',
      `-c lock_timeout=${lockTimeoutMs}`,
      `-c statement_timeout=${statementTimeoutMs}`,
      '-c idle_in_transaction_session_timeout=60000',
      '-c default_transaction_isolation=read\\ committed',
    ].join(' '),
  })
  pool.on('error', onError)
  // The pool hears idle connections only. One that breaks in the middle of a transaction fails its next query; the
  // 'error' that it emits besides would end the process if nobody listened.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

const bigintOid = 20
const dateOid = 1082

// Counts and cents stay far below 2^53; a date is a calendar day and must not become a moment.
const getTypeParser = (oid: number, format?: 'text' | 'binary'): unknown => {
  if (format !== 'binary' && oid === bigintOid) return (value: string) => Number(value)
  if (format !== 'binary' && oid === dateOid) return (value: string) => value
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
}
