import { isLockTimeout, isOutOfReach } from '@/lib/content-fault'
import type { PoolKey } from '@/lib/inventory/model'
import { applyEvents, planByAsking } from '@/lib/stripe/apply-events'
import { findLocked } from '@/lib/stripe/locked-plans'
import type { News, Plan } from '@/lib/stripe/plan'
import { claim, type EventJob } from './event-jobs'
import { completed, failed, type JobOutcome } from './job-outcome'
import { type LockWaits, mostLockWaits } from './lock-waits'

/** Events that Stripe is asked about at a time. */
const askedAtOnce = 8

/**
 * Asks Stripe about a few events at a time and applies them in their order. If Stripe is out of reach for all of
 * these, the rest is left to be tried later: it would only wait for time-outs, and new payments would wait for this loop.
 */
export async function applyByAsking(
  asking: readonly News[],
  jobOf: ReadonlyMap<string, EventJob>,
): Promise<JobOutcome[]> {
  const waiting = asking.flatMap((news) => {
    const job = jobOf.get(news.key)
    return job ? [{ news, job }] : []
  })
  const outcomes: JobOutcome[] = []
  const met: LocksMet = { count: 0, pools: new Set() }
  while (waiting.length > 0) {
    const few = waiting.splice(0, askedAtOnce)
    const asked = await Promise.allSettled(few.map(({ news }) => planByAsking(news)))
    for (const [index, answer] of asked.entries()) {
      const job = few[index]?.job
      if (job) outcomes.push(await applyAnswered(job, answer, met))
    }
    if (!asked.every((answer) => answer.status === 'rejected' && isOutOfReach(answer.reason))) continue
    const outOfReach = new Error('Stripe was out of reach')
    for (const { job } of waiting.splice(0)) outcomes.push(failed(job, outOfReach))
  }
  return outcomes
}

/** The lock waits of events that Stripe was asked about, and the stock rows that they waited for. */
interface LocksMet extends LockWaits {
  pools: Set<PoolKey>
}

/** @param met the waits so far: an event that needs one of these rows does not wait again, and is tried later */
async function applyAnswered(
  job: EventJob,
  answer: PromiseSettledResult<Plan>,
  met: LocksMet,
): Promise<JobOutcome> {
  if (answer.status === 'rejected') return failed(job, answer.reason)
  const plan = answer.value
  if (met.count > 0 && (await isInVain(plan, met))) return failed(job, met.error)
  try {
    await applyEvents([plan], { claim: (trx) => claim(trx, [job]) })
    return completed(job)
  } catch (error) {
    if (isLockTimeout(error)) {
      met.count++
      met.error = error
      const row = (await findLocked([plan])).get(plan.news.key)
      if (row !== undefined && row !== 'own') met.pools.add(row)
    }
    return failed(job, error)
  }
}

async function isInVain(plan: Plan, { count, pools }: LocksMet): Promise<boolean> {
  if (count >= mostLockWaits) return true
  const row = (await findLocked([plan])).get(plan.news.key)
  return row === 'own' || (row !== undefined && pools.has(row))
}
