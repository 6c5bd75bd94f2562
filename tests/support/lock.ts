import pg from 'pg'
import type { Shop } from './shop'
import { until } from './until'

/** A lock that a test holds, so that a process stops exactly where it needs it. */
export interface HeldLock {
  /** Waits until a connection of that application waits for this lock. */
  stops: (application: string) => Promise<void>
  release: () => Promise<void>
}

/** The connections of a worker: its transactions, and pg-boss's own. */
export const workerConnections = { work: '6fb-inventory', queue: '6fb-worker-queues' } as const

/** @param statement takes the lock; resolves once it is taken */
export async function holdLock(shop: Shop, statement: string): Promise<HeldLock> {
  const { held, taken } = await askForLock(shop, statement)
  await taken
  return held
}

/**
 * Queues for a lock that somebody else holds; resolves once it waits. Whoever asks after us gets it after us.
 *
 * @returns `taken` settles when the lock is ours
 */
export async function queueForLock(
  shop: Shop,
  statement: string,
): Promise<{ held: HeldLock; taken: Promise<unknown> }> {
  const asked = await askForLock(shop, statement)
  await until(async () => {
    const waiting = `select 1 from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`
    return (await asked.observer.query(waiting, [asked.pid])).rows.length > 0
  })
  return asked
}

async function askForLock({ cluster, database }: Shop, statement: string) {
  const connectionString = cluster.superuser + database.name
  const [holder, observer] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })]
  // After a test that failed in between, the server goes away under them.
  for (const client of [holder, observer]) client.on('error', () => {})
  await Promise.all([holder.connect(), observer.connect()])
  const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid
  await holder.query('begin')
  const taken = holder.query(statement)
  const held: HeldLock = {
    stops: async (application) => {
      await until(async () => {
        const blocked = `select 1 from pg_stat_activity where application_name = $1 and $2 = any(pg_blocking_pids(pid))`
        return (await observer.query(blocked, [application, pid])).rows.length > 0
      })
    },
    release: async () => {
      await holder.query('rollback')
      await Promise.all([holder.end(), observer.end()])
    },
  }
  return { held, taken, observer, pid }
}
