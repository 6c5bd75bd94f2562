import type { Kysely, Transaction } from 'kysely'
import { createDatabase } from '@/db/client'
import type { Database } from '@/db/schema'
import { config } from './config'
import { log } from './log'

/** A connection to read from or write with: the process's pool, or a transaction that is under way. */
export type Connection = Kysely<Database>
/** A transaction that is under way. */
export type Trx = Transaction<Database>

const shared = globalThis as typeof globalThis & {
  __database?: Connection
  __lastWork?: Set<() => Promise<unknown>>
}

/** The process's database, opened on first use. One pool per process, also over hot reloads. */
export function database(): Connection {
  shared.__database ??= createDatabase(
    {
      connectionString: config().database.url,
      max: config().database.poolSize,
      applicationName: '6fb-inventory',
    },
    (error) =>
      log().warn({ code: 'database_connection_lost', detail: error.message }, 'an idle connection broke'),
  )
  return shared.__database
}

/**
 * Runs work on a connection of its own, which is opened for it and closed behind it.
 *
 * @param settings.statementTimeoutMs how long its statements may run
 */
export async function onOwnConnection<T>(
  settings: { applicationName: string; statementTimeoutMs: number },
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = createDatabase({ connectionString: config().database.url, max: 1, ...settings })
  try {
    return await work(connection)
  } finally {
    await connection.destroy()
  }
}

/** Makes `closeDatabase` wait for work that has no other caller waiting for it. */
export function finishBeforeClosing(work: () => Promise<unknown>): void {
  shared.__lastWork ??= new Set()
  shared.__lastWork.add(work)
}

/** Closes the process's pool after the queries in hand; a later `database()` opens a new one. */
export async function closeDatabase(): Promise<void> {
  await Promise.all([...(shared.__lastWork ?? [])].map((work) => work()))
  const open = shared.__database
  delete shared.__database
  await open?.destroy()
}
