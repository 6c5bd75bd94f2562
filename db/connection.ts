import pg from 'pg'
import { watched } from './pool'
import { boundedSession } from './session-settings'

export interface ConnectionSettings {
  connectionString: string
  applicationName: string
}

/**
 * One connection beside the pools, not open yet, whose waits are bounded like theirs: for a lock that a session holds,
 * for notifications, for a question before there is a pool. Its end is silent unless the caller listens for it; the next
 * query fails then.
 */
export function createConnection({ connectionString, applicationName }: ConnectionSettings): pg.Client {
  const client = new pg.Client({
    ...watched,
    ...boundedSession(connectionString),
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => undefined)
  return client
}
