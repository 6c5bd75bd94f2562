import type { Trx } from '@/lib/database'
import { transact } from '@/lib/queues/transaction'
import { until } from '../until'
import type { Owner } from './owner'

/** How many connections to the test's database wait for a lock at this moment. */
export async function waitingForLocks(owner: Owner): Promise<number> {
  const waiting = await owner.query(
    `select distinct pid from pg_locks join pg_stat_activity using (pid)
     where not granted and datname = current_database()`,
  )
  return waiting.length
}

/**
 * Lets two transactions meet: the first one writes or locks something, the second starts, and the first commits as soon
 * as the second waits for it, or has been answered without.
 *
 * @returns the second one's answer
 */
export async function behind<T>(
  owner: Owner,
  first: (trx: Trx) => Promise<unknown>,
  second: () => Promise<T>,
): Promise<T> {
  let started: Promise<T> | undefined
  await transact(async (trx) => {
    await first(trx)
    let isAnswered = false
    started = second().finally(() => (isAnswered = true))
    await until(async () => isAnswered || (await waitingForLocks(owner)) > 0)
  })
  if (!started) throw new Error('Nothing was started')
  return started
}
