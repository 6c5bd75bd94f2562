import { database, type Trx } from '@/lib/database'
import { queueSender } from './send'

/**
 * Runs a transaction that may enqueue jobs. The sender is made ready first: started inside, it would need a
 * second connection while the first is held, and enough transactions at once would wait for each other for good.
 */
export async function transact<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
  await queueSender()
  return database().transaction().execute(work)
}
