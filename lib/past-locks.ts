import { setTimeout as delay } from 'node:timers/promises'
import { log } from './log'

/** No try begins later than this long after the first: each does all of the work anew, and keeps others waiting. */
const longestMs = 180_000
const defaultPauseMs = 10_000

/** The errors after which the next try may well get its locks, by SQLSTATE. */
const refusals = new Map<unknown, { code: string; words: string }>([
  ['55P03', { code: 'table_locked', words: 'somebody keeps a table locked; trying again' }],
  ['40P01', { code: 'deadlock', words: 'we and somebody else waited for each other; trying again' }],
])

/**
 * Runs work that changes tables, and again if it did not get a lock in time. An audit keeps its tables locked for as
 * long as it reads. Whoever asks for such a table after us waits behind us, so each try waits only briefly, and the
 * pause lets the others by. The same goes for a try that PostgreSQL ended because of a deadlock: other transactions may
 * take the tables in another order. No try begins later than three minutes after the first.
 *
 * @param work all or nothing: a try that was refused has changed nothing
 * @throws the last try's error 55P03 or 40P01, and any other at once
 */
export async function pastLocks<T>(work: () => Promise<T>, pauseMs = defaultPauseMs): Promise<T> {
  const lastAt = performance.now() + longestMs
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const refusal = error instanceof Error && 'code' in error ? refusals.get(error.code) : undefined
      if (refusal === undefined || performance.now() + pauseMs > lastAt) throw error
      log().warn({ code: refusal.code, tries }, refusal.words)
      await delay(pauseMs)
    }
  }
}
