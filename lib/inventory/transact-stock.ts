import type { Trx } from '@/lib/database'
import { transact } from '@/lib/queues/transaction'
import { announceStockChange } from './announce'
import { retryable } from './retryable'

/** Runs a transaction that changes stock by `executeIn`, and announces the change once it has committed. */
export async function transactStock<T>(
  work: (trx: Trx) => Promise<{ result: T; changedCities: readonly string[] }>,
): Promise<T> {
  const { result, changedCities } = await retryable(() => transact(work))
  announceStockChange(changedCities)
  return result
}
