import { isAboutContent } from '@/lib/content-fault'
import { log } from '@/lib/log'

/**
 * Works items one after the other, so that one which is at fault keeps nobody else from their turn: it is logged
 * and left for the next run.
 *
 * @param work answers whether anything changed
 * @returns how many changed something
 * @throws when Stripe or the database is out of reach
 */
export async function eachAlone<T>(
  items: Iterable<T>,
  idOf: (item: T) => string,
  work: (item: T) => Promise<boolean>,
): Promise<number> {
  let changed = 0
  for (const item of items) {
    try {
      if (await work(item)) changed++
    } catch (error) {
      if (!isAboutContent(error)) throw error
      const detail = error instanceof Error ? error.message : String(error)
      log().error({ code: 'not_reconciled', about: idOf(item), detail }, 'left for the next reconciliation')
    }
  }
  return changed
}
