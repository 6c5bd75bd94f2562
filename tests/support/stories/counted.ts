import { Kysely, PostgresDialect } from 'kysely'
import { createPool } from '@/db/pool'
import type { Database } from '@/db/schema'
import type { Trx } from '@/lib/database'

/** Runs work in a transaction of its own and counts the statements that it sent between `begin` and `commit`. */
export async function countStatements(appUrl: string, work: (trx: Trx) => Promise<unknown>): Promise<number> {
  let sent = 0
  const pool = createPool({ connectionString: appUrl, max: 1, applicationName: 'counted' })
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: (event) => {
      if (event.level === 'query' && !/^(begin|commit)$/i.test(event.query.sql)) sent++
    },
  })
  try {
    await db.transaction().execute(work)
    return sent
  } finally {
    await db.destroy()
  }
}
