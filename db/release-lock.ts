import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { createConnection } from './connection'

/** Any number that no other advisory lock in the database has. */
const releaseLock = 6_300_002
const askAgainMs = 250

/**
 * Runs one release step at a time on a database: a second one waits, and then finds nothing left to do.
 * Rights and queues change rows of the system's own tables, where two at once would fail.
 */
export async function withReleaseLock<Result>(
  ownerUrl: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = createConnection({ connectionString: ownerUrl, applicationName: '6fb-release' })
  await client.connect()
  try {
    // A statement that waits for the lock would be an open transaction. The release that has the lock may build an
    // index beside writers, and that waits for all open transactions: the two would wait for each other.
    while (!(await takeLock(client))) await delay(askAgainMs)
    return await work()
  } finally {
    // The lock ends with its session.
    await client.end()
  }
}

async function takeLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
    releaseLock,
  ])
  return rows[0]?.taken === true
}
