import { log } from '@/lib/log'
import { eachAlone, type Worked, workedTogether } from './each-alone'
import { followFacts, followSession } from './follow-session'
import { keepLookBack, noteLookBack, startLookBack } from './look-back'
import { acceptMissedEvents } from './missed-events'
import { acceptNewsOfDisputes } from './open-disputes'
import { placeParkedPayments } from './parked-payments'
import { reconcileRefunds } from './reconcile-refunds'
import { newsAmong, noteCheckedSales, pagesOfOurSessions, takeUnfinishedSessions } from './recent-sessions'
import { tellOfFaults } from './tell-of-faults'
import { reportUnknownSales } from './unknown-sales'

export interface ReconcileResult {
  /** Sessions that no webhook had brought to their present state. */
  applied: number
  refunds: number
  /** Refunds and disputes of unknown payments that turned out to be ours. */
  placed: number
  unknownSales: number
  /**
   * News of disputes and of late refund failures that no webhook had brought. The worker has yet to apply it.
   */
  events: number
}

/**
 * Compares our records with Stripe's and applies what no webhook brought. With a session: only that one, for a
 * buyer who waits. Without:
 * 1. recent sessions, page by page;
 * 2. older sessions whose payment is still on its way;
 * 3. recent refunds, and older ones that are still at the bank;
 * 4. refunds and disputes of unknown payments;
 * 5. our own sales, which Stripe may not know as paid;
 * 6. events about what is in none of these lists;
 * 7. disputes that are open, whose end Stripe may no longer list as an event.
 *
 * What could not be applied is left for the next run, which then looks back as far, for at least 30 days. An alert
 * tells of it.
 *
 * @throws when Stripe or the database is out of reach; the next run begins anew and looks back as far
 */
export async function reconcileStripe({
  sessionId,
}: {
  sessionId?: string | undefined
}): Promise<ReconcileResult> {
  if (sessionId !== undefined) {
    const applied = await followSession(sessionId)
    return { applied: applied ? 1 : 0, refunds: 0, placed: 0, unknownSales: 0, events: 0 }
  }
  const lookBack = await startLookBack()
  const { since } = lookBack
  const pages: Worked[] = []
  for await (const page of pagesOfOurSessions(since)) {
    pages.push(await eachAlone(await newsAmong(page), (facts) => facts.sessionId, followFacts))
    await noteCheckedSales(page)
  }
  const unfinished = await eachAlone(await takeUnfinishedSessions(since), (id) => id, followSession)
  const refunds = await reconcileRefunds(since)
  const placed = await placeParkedPayments()
  const unknownSales = await reportUnknownSales(since)
  const events = (await acceptMissedEvents(since)) + (await acceptNewsOfDisputes())
  // Unfinished sessions and parked payments are found again by their own rows at any time, the others only within
  // the look-back.
  const { left } = workedTogether([...pages, refunds, unknownSales])
  await (left > 0 ? keepLookBack(lookBack) : noteLookBack(lookBack))
  await tellOfFaults(workedTogether([...pages, unfinished, refunds, placed, unknownSales]).atFault)
  const result = {
    applied: workedTogether([...pages, unfinished]).changed,
    refunds: refunds.changed,
    placed: placed.changed,
    unknownSales: unknownSales.changed,
    events,
  }
  if (Object.values(result).some((count) => count > 0))
    log().warn({ ...result, code: 'reconciled' }, 'Stripe knew more than we did')
  return result
}
