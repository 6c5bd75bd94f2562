import { Kysely, PostgresDialect } from 'kysely'
import { aheadMark } from '@/db/ahead'
import { createPool } from '@/db/pool'
import type { Database } from '@/db/schema'
import type { Trx } from '@/lib/database'

/** Runs work in a transaction of its own and counts the statements that it sent between `begin` and `commit`. */
export async function countStatements(appUrl: string, work: (trx: Trx) => Promise<unknown>): Promise<number> {
  return (await statementsOf(appUrl, work)).length
}

/** The same, but only what is waited for: a statement that is sent ahead goes with the next. */
export async function countRoundTrips(appUrl: string, work: (trx: Trx) => Promise<unknown>): Promise<number> {
  const sent = await statementsOf(appUrl, work)
  return sent.filter((text) => !text.startsWith(aheadMark)).length
}

async function statementsOf(appUrl: string, work: (trx: Trx) => Promise<unknown>): Promise<string[]> {
  const sent: string[] = []
  const pool = createPool({ connectionString: appUrl, max: 1, applicationName: 'counted' })
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: (event) => {
      if (event.level === 'query' && !/^(begin|commit)$/i.test(event.query.sql)) sent.push(event.query.sql)
    },
  })
  try {
    await db.transaction().execute(work)
    return sent
  } finally {
    await db.destroy()
  }
}
