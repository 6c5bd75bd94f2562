import { sql } from 'kysely'
import { database } from '@/lib/database'
import { type DeadLetterQueue, deadLetterQueues, queueSchema } from './definitions'
import { queueSender } from './send'

/** A job whose retries are used up. */
export interface DeadLetter {
  id: string
  queue: DeadLetterQueue
  /** What the job was about. */
  payload: Record<string, unknown>
  /** What it failed with last. */
  error: string | null
  /** How often it was tried. */
  tries: number
  failedAt: Date
}

/** Dead letters that wait for a person, newest first. */
export async function listDeadLetters(limit = 100): Promise<DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select id, name as queue, data as payload, source_output ->> 'error' as error,
      coalesce(source_retry_count, 0) + 1 as tries, created_on as "failedAt"
    from ${sql.table(`${queueSchema}.job`)}
    where name = any(${[...deadLetterQueues]}) and state < 'active'
    order by created_on desc limit ${limit}`.execute(database())
  return rows
}

/**
 * Puts dead letters back on the queue that they came from, with all their retries. Their handlers are idempotent,
 * so replaying what was done meanwhile changes nothing.
 *
 * @param ids only these; all by default
 * @returns how many, at most 1,000 in a call
 */
export async function replayDeadLetters(queue: DeadLetterQueue, ids?: readonly string[]): Promise<number> {
  const sender = await queueSender()
  return sender.redrive(queue, ids ? { ids: [...ids] } : {})
}
