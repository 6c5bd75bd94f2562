import { sql } from 'kysely'
import { newestMigration } from '@/db/migrate'
import { database } from './database'
import { queueSender } from './queues/send'

export interface Readiness {
  ready: boolean
  database: boolean
  schema: boolean
  queue: boolean
}

/**
 * Whether this process could serve now: the database answers and may be written to, has our schema's newest migration,
 * and the queue.
 */
export async function checkReadiness(): Promise<Readiness> {
  const reached = await succeeds(() => requireWritable.execute(database()))
  const schema = reached && (await succeeds(hasNewestMigration))
  const queue = reached && (await succeeds(async () => (await queueSender()).schemaVersion()))
  return { ready: reached && schema && queue, database: reached, schema, queue }
}

/**
 * Fails as a write would, where it would, so that the pool leaves the connection; else the next one to ask would be given
 * the same one.
 */
const requireWritable = sql`do $$ begin
  if pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' then
    raise read_only_sql_transaction;
  end if;
end $$`

async function hasNewestMigration(): Promise<boolean> {
  const { rows } = await sql`select 1 from kysely_migration where name = ${newestMigration()}`.execute(
    database(),
  )
  return rows.length > 0
}

async function succeeds(check: () => Promise<unknown>): Promise<boolean> {
  try {
    const answer = await check()
    return answer !== false && answer !== null
  } catch {
    return false
  }
}
