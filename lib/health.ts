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

/** Whether this process could serve now: the database answers, has our schema's newest migration, and the queue. */
export async function checkReadiness(): Promise<Readiness> {
  const reached = await succeeds(() => sql`select 1`.execute(database()))
  const schema = reached && (await succeeds(hasNewestMigration))
  const queue = reached && (await succeeds(async () => (await queueSender()).schemaVersion()))
  return { ready: reached && schema && queue, database: reached, schema, queue }
}

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
