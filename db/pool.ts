import pg from 'pg'
import { boundedSession, type SessionLimits } from './session-settings'

export interface PoolSettings extends Omit<SessionLimits, 'lockTimeoutMs'> {
  connectionString: string
  /** Connections at most. */
  max: number
  applicationName: string
}

/**
 * For connections to a host that may vanish without a word: after ten idle seconds the system asks whether the host
 * is still there. By default it would ask after two hours.
 */
export const watched = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 }

/**
 * A connection of this age is closed as soon as it is not in use. One that is used often is never closed for being
 * idle, and after a failover it would stay with the former server for as long as it only reads.
 */
export const lifetime = { maxLifetimeSeconds: 1_800 }

/**
 * A pool whose waits are all bounded: for a connection, for a lock, for a statement, for its answer, for an idle
 * transaction. A connection that breaks while idle is dropped silently; the next query opens another.
 */
export function createPool(settings: PoolSettings, onError: (error: Error) => void = () => {}): pg.Pool {
  const pool = new pg.Pool({
    ...watched,
    ...lifetime,
    ...boundedSession(settings.connectionString, settings, {
      default_transaction_isolation: 'read committed',
    }),
    max: settings.max,
    application_name: settings.applicationName,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    pipeline: true,
    types: { getTypeParser },
  })
  pool.on('error', onError)
  // The pool listens to idle connections only. A connection that breaks in the middle of a transaction fails its
  // next query; without this listener its 'error' event would end the process as well.
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
