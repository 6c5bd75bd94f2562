import { isAboutContent, isLockTimeout } from '@/lib/content-fault'
import { errorText } from '@/lib/error-text'
import { isLostRace } from '@/lib/inventory/retryable'
import { log } from '@/lib/log'

/** What became of items. */
export interface Worked {
  /** How many changed something. */
  changed: number
  /** How many failed, and are left for the next run. */
  left: number
  /** The ids of those left, except where only another transaction was in the way. */
  atFault: string[]
}

/**
 * Works items one after the other. An item that fails is logged and left for the next run, so that it keeps no
 * other from its turn.
 *
 * @param work answers whether anything changed
 * @throws when Stripe or the database is out of reach
 */
export async function eachAlone<T>(
  items: Iterable<T>,
  idOf: (item: T) => string,
  work: (item: T) => Promise<boolean>,
): Promise<Worked> {
  const worked: Worked = { changed: 0, left: 0, atFault: [] }
  for (const item of items) {
    try {
      if (await work(item)) worked.changed++
    } catch (error) {
      if (!isAboutContent(error)) throw error
      worked.left++
      if (!isLockTimeout(error) && !isLostRace(error)) worked.atFault.push(idOf(item))
      log().error(
        { code: 'not_reconciled', about: idOf(item), detail: errorText(error) },
        'left for the next reconciliation',
      )
    }
  }
  return worked
}

/** Adds up what became of several lots of items. */
export function workedTogether(lots: readonly Worked[]): Worked {
  return {
    changed: lots.reduce((sum, { changed }) => sum + changed, 0),
    left: lots.reduce((sum, { left }) => sum + left, 0),
    atFault: lots.flatMap(({ atFault }) => atFault),
  }
}
