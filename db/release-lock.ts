import pg from 'pg'

/** Any constant that nothing else in the database locks. */
const releaseLock = 6_300_002

/**
 * Runs one release step at a time on a database: a second one waits, and then finds nothing left to do.
 * Rights and queues change rows of the system's own tables, where two at once would fail.
 */
export async function withReleaseLock<Result>(
  ownerUrl: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: '6fb-release' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [releaseLock])
    return await work()
  } finally {
    // The lock ends with its session.
    await client.end()
  }
}
