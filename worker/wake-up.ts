import type { PgBoss } from 'pg-boss'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import { wakeChannel } from '@/lib/queues/wake'

/** The ids of each queue's loops. */
export type QueueLoops = ReadonlyMap<string, readonly string[]>

/**
 * Lets a queue's loops fetch at once when a process announces new jobs. Polling goes on beside it, so a lost
 * announcement costs half a second. Reconnects by itself; without a connection the worker polls.
 *
 * @returns a function that stops listening
 */
export async function listenForWakeUps(boss: PgBoss, loops: QueueLoops): Promise<() => Promise<void>> {
  const wake = (ids: readonly string[] = []) => ids.forEach((id) => boss.notifyWorker(id))
  const wakeAll = () => loops.forEach((ids) => wake(ids))
  try {
    const handle = await boss.getDb().listen?.(wakeChannel, (queue) => wake(loops.get(queue)), wakeAll)
    return async () => handle?.close()
  } catch (error) {
    log().warn(
      { code: 'wake_up_unavailable', detail: errorText(error) },
      'not listening for new jobs; polling alone',
    )
    return async () => undefined
  }
}
