import type { Trx } from '@/lib/database'
import type { Outcome } from '@/lib/inventory/outcomes'
import { type Executed, executeIn } from '@/lib/inventory/execute'
import type { Payment } from '@/lib/inventory/model'
import { kindsAboutRefunds, kindsClosedByRefund } from '@/lib/payment-records/exception-kinds'
import { openExceptions, settleExceptions } from '@/lib/payment-records/exceptions'
import { reopenExceptions } from '@/lib/payment-records/failed-refunds'
import { recordRefunds } from '@/lib/payment-records/refund-rows'
import { type Judged, markDisputes, markFailed, recordCharged, recordMoney } from './payment-marks'
import type { Plan } from './plan'
import { asSold, type Verdict, verdictOf } from './verdict'

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
  const furtherPayments = plans.map((plan) => plan.payment ?? {})
  const executed = await executeIn(trx, groups, { furtherPayments, onLocked })
  const judged = judge(plans, executed)
  const verdicts = judged.map(({ verdict }) => verdict)
  await recordMoney(trx, judged)
  await recordCharged(trx, judged)
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

/**
 * Judges plans in order. If an earlier plan of the same call has sold a payment, a later plan about it, such as a
 * refund, is judged by that sale.
 */
function judge(plans: readonly Plan[], executed: Executed): Judged[] {
  const sold = new Map<string, Payment>()
  let next = 0
  return plans.map((plan, index) => {
    const outcomes = executed.outcomes.slice(next, (next += plan.groups.length)).flat()
    const payment = executed.furtherPayments[index] ?? null
    const known = payment && (sold.get(payment.id) ?? payment)
    if (known && plan.order && outcomes[0]?.status === 'applied') sold.set(known.id, asSold(plan, known))
    return { plan, payment, verdict: verdictOf(plan, outcomes, known) }
  })
}

async function settle(trx: Trx, verdicts: readonly Verdict[]): Promise<void> {
  const refunded = verdicts.flatMap((verdict) => verdict.refunded ?? [])
  const settled = verdicts.flatMap((verdict) => verdict.settled ?? [])
  const takenAgain = verdicts.flatMap((verdict) => verdict.takenAgain ?? [])
  await settleExceptions(trx, ['refund_failed'], takenAgain, 'settled')
  await settleExceptions(trx, kindsClosedByRefund, refunded, 'refunded')
  await settleExceptions(trx, kindsAboutRefunds, settled, 'settled')
}
