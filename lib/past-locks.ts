import { setTimeout as delay } from 'node:timers/promises'
import { isLockTimeout } from './content-fault'
import { log } from './log'

/** No try begins later than so long after the first: each does all of the work anew, and keeps others waiting. */
const longestMs = 180_000
const defaultPauseMs = 10_000

/**
 * Runs work that changes tables, again when it did not get a lock in time: an audit keeps what it reads for as long as
 * it reads, but whoever asks for such a table after us waits behind us. So we wait briefly, and let the others by. No try
 * begins later than three minutes after the first.
 *
 * @param work all or nothing: a try that was refused has changed nothing
 * @throws the last try's error 55P03, and any other at once
 */
export async function pastLocks<T>(work: () => Promise<T>, pauseMs = defaultPauseMs): Promise<T> {
  const lastAt = performance.now() + longestMs
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isLockTimeout(error) || performance.now() + pauseMs > lastAt) throw error
      log().warn({ code: 'table_locked', tries }, 'somebody keeps a table locked; trying again')
      await delay(pauseMs)
    }
  }
}
