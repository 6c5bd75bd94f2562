import { sql } from 'kysely'
import { fromKysely } from 'pg-boss'
import { database, type Trx } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'
import { microsOf, momentOf, type Positioned, readTimeCursor } from '@/lib/time-cursor'
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

/** Which dead letters to list. */
export interface LetterQuery {
  /** By default all queues. */
  queue?: DeadLetterQueue | undefined
  /** Where a page of one queue begins. */
  cursor?: string | undefined
}

/**
 * Dead letters that wait for an admin: the newest of each queue, so that many of one queue do not hide those of
 * another. The queues are in the order of `deadLetterQueues`.
 *
 * @param limit of each queue
 * @param query one queue alone is read page by page; a cursor that cannot be read means the first page
 */
export async function listDeadLetters(
  limit = 100,
  query: LetterQuery = {},
): Promise<Positioned<DeadLetter>[]> {
  const after = query.queue && readTimeCursor(query.cursor, isUuid)
  // Index of pg-boss: job_i15 backwards. A letter that was replayed is gone, so that few others are met.
  const { rows } = await sql<Positioned<DeadLetter>>`
    select letter.id, queue.name as queue, letter.data as payload, letter.source_output ->> 'error' as error,
      coalesce(letter.source_retry_count, 0) + 1 as tries, letter.created_on as "failedAt",
      ${microsOf(sql`letter.created_on`)} as position
    from unnest(${query.queue ? [query.queue] : [...deadLetterQueues]}::text[]) with ordinality as queue (name, place)
    cross join lateral (
      select id, data, source_output, source_retry_count, created_on
      from ${sql.table(`${queueSchema}.job`)} job
      where job.name = queue.name and job.state < 'active'
        and ${after ? sql`(created_on, id) < (${momentOf(after.micros)}, ${after.id}::uuid)` : sql`true`}
      order by created_on desc, id desc limit ${limit}) letter
    order by queue.place, letter.created_on desc, letter.id desc`.execute(database())
  return rows
}

/** Prepares what jobs are about before they run again, in the transaction that puts them back. */
export type PrepareReplay = (trx: Trx, payloads: readonly Record<string, unknown>[]) => Promise<void>

/** The most dead letters that one call puts back. */
export const mostReplayedAtOnce = 1_000

/**
 * Puts dead letters back on the queue that they came from, with all their retries. Their handlers are idempotent,
 * so replaying what was done meanwhile changes nothing.
 *
 * @param options.ids only these; all by default, the oldest first
 * @returns how many, at most `mostReplayedAtOnce` in a call
 */
export async function replayDeadLetters(
  queue: DeadLetterQueue,
  { ids, prepare }: { ids?: readonly string[]; prepare?: PrepareReplay } = {},
): Promise<number> {
  const boss = await queueSender()
  return database()
    .transaction()
    .execute(async (trx) => {
      const letters = await lockDeadLetters(trx, queue, ids)
      if (letters.length === 0) return 0
      await prepare?.(
        trx,
        letters.map(({ payload }) => payload),
      )
      return boss.redrive(queue, {
        ids: letters.map(({ id }) => id),
        limit: mostReplayedAtOnce,
        db: fromKysely(trx),
      })
    })
}

async function lockDeadLetters(
  trx: Trx,
  queue: DeadLetterQueue,
  ids?: readonly string[],
): Promise<{ id: string; payload: Record<string, unknown> }[]> {
  const { rows } = await sql<{ id: string; payload: Record<string, unknown> }>`
    select id, data as payload from ${sql.table(`${queueSchema}.job`)}
    where name = ${queue} and state < 'active' and ${ids ? sql`id = any(${[...ids]}::uuid[])` : sql`true`}
    order by created_on limit ${mostReplayedAtOnce} for update`.execute(trx)
  return rows
}
