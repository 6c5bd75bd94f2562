import { type Kysely, sql } from 'kysely'
import type { Database } from './schema'

/**
 * An index of a table that is older than the migration that adds it, so a running shop may be writing to that
 * table. Its columns are older, too.
 */
export interface LiveIndex {
  name: string
  table: string
  /** What follows the table's name. */
  definition: string
}

/**
 * How long a build waits for older transactions. Others read and write meanwhile, so it may last as long as a long audit.
 */
const longestWait = '3min'

/**
 * Builds indexes ahead of their migration, which would keep all others from writing to the table while it builds
 * them. An index that is there already stays. One that an earlier build has left unfinished is made anew. A table
 * that does not exist yet is passed over, since its first migrations fill nothing.
 *
 * @param db connected as the role that owns the schema; in no transaction
 * @throws 55P03 where a transaction that began before stays open for more than three minutes
 */
export async function buildAhead(db: Kysely<Database>, indexes: readonly LiveIndex[]): Promise<void> {
  for (const index of indexes) {
    const { rows } = await sql<{ has_table: boolean; is_valid: boolean | null }>`
      select to_regclass(${index.table}) is not null as has_table,
        (select indisvalid from pg_index where indexrelid = to_regclass(${index.name})) as is_valid`.execute(
      db,
    )
    const [state] = rows
    if (state?.has_table !== true || state.is_valid === true) continue
    await db.connection().execute(async (connection) => {
      const run = (statement: string) => sql.raw(statement).execute(connection)
      await run(`set lock_timeout = '${longestWait}'`)
      try {
        if (state.is_valid === false) await run(`drop index concurrently ${index.name}`)
        await run(createIndex(index, 'concurrently'))
      } finally {
        await run('reset lock_timeout')
      }
    })
  }
}

/** The statement for a migration: it has nothing to do where the index was built ahead. */
export function createIndex({ name, table, definition }: LiveIndex, how: '' | 'concurrently' = ''): string {
  return `create index ${how} if not exists ${name} on ${table} ${definition}`
}
