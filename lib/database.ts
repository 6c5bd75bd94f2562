import type { Kysely, Transaction } from 'kysely'
import { createDatabase } from '@/db/client'
import type { Database } from '@/db/schema'
import { config } from './config'
import { log } from './log'

/** A connection to read from or write with: the process's pool, or a transaction that is under way. */
export type Connection = Kysely<Database>
/** A transaction that is under way. */
export type Trx = Transaction<Database>

/** Connections of one process at most; requests and jobs beyond that wait their turn. */
const poolSize = 10

const shared = globalThis as typeof globalThis & { __database?: Connection }

/** The process's database, opened on first use. One pool per process, also over hot reloads. */
export function database(): Connection {
  shared.__database ??= createDatabase(
    { connectionString: config().database.url, max: poolSize, applicationName: '6fb-inventory' },
    (error) =>
      log().warn({ code: 'database_connection_lost', detail: error.message }, 'an idle connection broke'),
  )
  return shared.__database
}

/** Closes the process's pool after the queries in hand; a later `database()` opens a new one. */
export async function closeDatabase(): Promise<void> {
  const open = shared.__database
  delete shared.__database
  await open?.destroy()
}
