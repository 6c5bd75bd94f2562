import type { Trx } from '@/lib/database'
import type { Outcome } from '@/lib/inventory/commands'
import { executeIn } from '@/lib/inventory/execute'
import { kindsAboutRefunds, kindsClosedByRefund } from '@/lib/payments/exception-kinds'
import { openExceptions, settleExceptions } from '@/lib/payments/exceptions'
import { reopenExceptions } from '@/lib/payments/failed-refunds'
import { recordRefunds } from '@/lib/payments/refund-rows'
import { type Judged, markDisputes, markFailed, recordMoney } from './payment-marks'
import type { Plan } from './plan'
import { type Verdict, verdictOf } from './verdict'

export interface AppliedPlans {
  /** What became of each plan, in order: a short text for the event's row. */
  results: { outcome: string; outcomes: Outcome[] }[]
  changedCities: string[]
}

/**
 * Applies plans in the caller's transaction: refunds are recorded, payments and stock locked and changed,
 * exceptions opened or settled. The same plan again changes nothing.
 *
 * @param onLocked called once all locks are held
 */
export async function applyPlans(
  trx: Trx,
  plans: readonly Plan[],
  onLocked?: () => void,
): Promise<AppliedPlans> {
  await recordRefunds(
    trx,
    plans.flatMap((plan) => plan.refunds),
  )
  const groups = plans.flatMap((plan) => plan.groups)
  const payments = plans.map((plan) => plan.payment ?? {})
  const executed = await executeIn(trx, groups, { payments, onLocked })
  let next = 0
  const judged = plans.map((plan, index): Judged => {
    const outcomes = executed.outcomes.slice(next, (next += plan.groups.length)).flat()
    const payment = executed.payments[index] ?? null
    return { plan, payment, verdict: verdictOf(plan, outcomes, payment) }
  })
  const verdicts = judged.map(({ verdict }) => verdict)
  await recordMoney(trx, judged)
  await markFailed(trx, judged)
  await openExceptions(
    trx,
    verdicts.flatMap((verdict) => verdict.exception ?? []),
  )
  await settle(trx, verdicts)
  await reopenExceptions(
    trx,
    plans.flatMap((plan) => plan.refunds),
  )
  await markDisputes(trx, judged)
  return {
    results: verdicts.map(({ text, outcomes }) => ({ outcome: text.slice(0, 1_000), outcomes })),
    changedCities: executed.changedCities,
  }
}

async function settle(trx: Trx, verdicts: readonly Verdict[]): Promise<void> {
  const refunded = verdicts.flatMap((verdict) => verdict.refunded ?? [])
  const settled = verdicts.flatMap((verdict) => verdict.settled ?? [])
  await settleExceptions(trx, kindsClosedByRefund, refunded, 'refunded')
  await settleExceptions(trx, kindsAboutRefunds, settled, 'settled')
}
