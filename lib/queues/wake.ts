import { sql } from 'kysely'
import { type Connection, database } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import type { QueueName } from './definitions'

/** Where workers listen for news of a queue; the payload is the queue's name. */
export const wakeChannel = 'queue_wake'

/** A queue is announced at most once in so many milliseconds by each process. */
const quietMs = 25

/**
 * Tells the workers that a queue has new jobs, so that they need not wait for their next poll. Call it after the
 * commit; it returns at once and never fails: a lost call costs half a second.
 *
 * Not inside the transaction, as pg-boss's own `notify` does it: every committing NOTIFY takes a lock of
 * the whole server, which cut sending with 32 at once from 2,050 to 530 a second. The first call goes out at
 * once, those of the next 25 ms together.
 */
export function wakeWorkers(queue: QueueName, connection: Connection = database()): void {
  const call = calls.get(queue)
  if (call) {
    call.again = true
    return
  }
  const started = { again: false }
  calls.set(queue, started)
  void announce(queue, connection)
  setTimeout(() => {
    calls.delete(queue)
    if (started.again) wakeWorkers(queue, connection)
  }, quietMs)
}

const calls = new Map<QueueName, { again: boolean }>()

async function announce(queue: QueueName, connection: Connection): Promise<void> {
  try {
    await sql`select pg_notify(${wakeChannel}, ${queue})`.execute(connection)
  } catch (error) {
    log().debug(
      { code: 'queue_not_woken', queue, detail: errorText(error) },
      'workers will find the jobs by themselves',
    )
  }
}
