import { sql } from 'kysely'
import type { Connection } from '@/lib/database'
import { log } from '@/lib/log'
import { type PayloadOf, type QueueName, queueSchema } from './definitions'
import { enqueue } from './send'

/**
 * Adds a job that runs at intervals, where the stretch of time that it is now has had none, and none still runs.
 *
 * @param onceInSeconds how long a stretch is
 * @returns the ids of the jobs added: one, or none
 */
export async function offer<Name extends QueueName>(
  connection: Connection,
  queue: Name,
  payload: PayloadOf<Name>,
  onceInSeconds: number,
): Promise<string[]> {
  const added = await enqueue(connection, queue, [payload], { onceInSeconds })
  if (added.length === 0) await giveBackTheFuture(connection, queue)
  return added
}

/**
 * A stretch that has not begun can only have a job where the clock of the database was set back. Until it has caught up,
 * no stretch would get another, and what waited then would not start. So these stretches are given back, and what waits
 * may start now.
 */
async function giveBackTheFuture(connection: Connection, queue: QueueName): Promise<void> {
  const now = sql`${sql.id(queueSchema, 'job_now')}()`
  // Index of pg-boss: job_i4.
  const { numAffectedRows = 0n } = await sql`
    update ${sql.table(`${queueSchema}.job`)} set singleton_on = null, start_after = least(start_after, ${now})
    where name = ${queue} and singleton_on > ${now} at time zone 'UTC' and state <> 'cancelled'`.execute(
    connection,
  )
  if (numAffectedRows === 0n) return
  log().warn(
    { code: 'clock_set_back', queue, jobs: Number(numAffectedRows) },
    'the clock of the database was set back; what runs at intervals goes on by the new time',
  )
}
