import { isAboutContent, isLockTimeout } from '@/lib/content-fault'
import { applyEvents, sortEvents } from '@/lib/stripe/apply-events'
import { findLocked } from '@/lib/stripe/locked-plans'
import type { Plan } from '@/lib/stripe/plan'
import { applyByAsking } from './asked-payments'
import { backlogDrain, type DrainBacklog } from './backlog'
import { claim, type EventJob } from './event-jobs'
import { completed, failed, type JobOutcome } from './job-outcome'
import { type LockWaits, mostLockWaits } from './lock-waits'
import { leaveLines, lines, type PlacesInLine } from './payment-lines'
import type { QueueWorker } from './queue-worker'

const batchSize = 500

/**
 * Turns Stripe's events into changes of stock. A batch is one transaction, its jobs' completion included. A batch
 * that fails is split until the event at fault stands alone, and only that one counts a retry. If another
 * transaction keeps a row locked, the events that need that row count as at fault.
 *
 * Three loops. While one batch is being written, the next one locks its payments and waits for the stock rows of
 * the first, and the third is fetched, planned and claimed. The batches keep the order in which they were fetched.
 * After a full batch that went well, a loop drains the backlog without pg-boss (`backlog.ts`).
 */
export const paymentsWorker: QueueWorker<'stripe-events'> = {
  queue: 'stripe-events',
  polls: [1, 2, 3].map(() => ({ batchSize, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 })),
  handle: paymentsHandler(backlogDrain()),
}

/** Handles a batch. After a full one that went well it also drains what waits behind. */
export function paymentsHandler(drainBacklog: DrainBacklog): typeof handleEvents {
  return async (jobs) => {
    const outcomes = await handleEvents(jobs)
    const wentWell = outcomes.every(({ status }) => status === 'completed')
    if (wentWell && jobs.length === batchSize) await drainBacklog(batchSize)
    return outcomes
  }
}

/** A batch's jobs, its places in line, and how often it has waited for a lock. */
interface Batch extends PlacesInLine {
  jobOf: ReadonlyMap<string, EventJob>
  lockWaits: LockWaits
}

/**
 * Applies a batch of events and says what became of each job.
 *
 * @throws when no event is at fault, as when the database is gone: then all jobs that were not completed are tried again
 */
export async function handleEvents(jobs: EventJob[]): Promise<JobOutcome[]> {
  const jobOf = new Map(jobs.map((job) => [job.payload.eventId, job]))
  const batch: Batch = { ...lines.join(), jobOf, lockWaits: { count: 0 } }
  try {
    const { ready, asking, finished } = await sortEvents([...jobOf.keys()])
    await batch.claiming.mine
    const outcomes = await applyTogether(ready, batch)
    leaveLines(batch)
    // Calls to Stripe come last, so that events which need none do not wait for them.
    outcomes.push(...(await applyByAsking(asking, jobOf)))
    const done = new Set(finished)
    for (const job of jobs) {
      // A second job of one event in the same batch has nothing left to do either.
      if (done.has(job.payload.eventId) || jobOf.get(job.payload.eventId) !== job)
        outcomes.push(completed(job))
    }
    return outcomes
  } finally {
    leaveLines(batch)
  }
}

async function applyTogether(plans: readonly Plan[], batch: Batch): Promise<JobOutcome[]> {
  if (plans.length === 0) return []
  const jobs = jobsOf(plans, batch)
  const { lockWaits } = batch
  if (lockWaits.count > mostLockWaits) return jobs.map((job) => failed(job, lockWaits.error))
  try {
    await applyEvents(plans, {
      claim: (trx) => claim(trx, jobs),
      onClaimed: () => {
        batch.claiming.pass()
        return batch.locking.mine
      },
      onLocked: batch.locking.pass,
    })
    return jobs.map(completed)
  } catch (error) {
    if (!isAboutContent(error)) throw error
    if (plans.length === 1) return jobs.map((job) => failed(job, error))
    if (isLockTimeout(error)) return applyAroundLocks(plans, error, batch)
    // By city and tier first, since one bad stock row spoils only its own events; then in halves.
    const pools = [...Map.groupBy(plans, poolOf).values()]
    return applyParts(pools.length > 1 ? pools : halves(plans), batch)
  }
}

async function applyParts(parts: readonly Plan[][], batch: Batch): Promise<JobOutcome[]> {
  const outcomes: JobOutcome[] = []
  for (const part of parts) outcomes.push(...(await applyTogether(part, batch)))
  return outcomes
}

/**
 * Applies plans after one of them has waited in vain for a row that another transaction keeps locked (`findLocked`):
 * 1. Plans whose own row is locked fail, and are tried later.
 * 2. Plans that need no locked row are applied, in their order. They keep the batch's turn until the last of them
 *    is through, so that no later batch overtakes them.
 * 3. The batch behind goes on.
 * 4. The plans of a locked stock row wait for it once more, together, since it may have been locked only in
 *    passing. They are not halved: each half would wait as long, and in vain.
 *
 * If no locked row is to be seen, the batch is halved instead, until the plan that waits stands alone.
 */
async function applyAroundLocks(plans: readonly Plan[], error: unknown, batch: Batch): Promise<JobOutcome[]> {
  const fail = (some: readonly Plan[]) => jobsOf(some, batch).map((job) => failed(job, error))
  const { lockWaits, locking } = batch
  lockWaits.error = error
  if (++lockWaits.count > mostLockWaits) return fail(plans)
  const locked = await findLocked(plans)
  const free = plans.filter(({ news }) => !locked.has(news.key))
  const parts = Map.groupBy(plans, ({ news }) => locked.get(news.key))
  const outcomes = fail(parts.get('own') ?? [])
  const keepingTurn = { ...batch, locking: { ...locking, pass: () => {} } }
  outcomes.push(...(await applyParts(locked.size > 0 ? [free] : halves(free), keepingTurn)))
  locking.pass()
  for (const [row, part] of parts) {
    if (row === undefined || row === 'own') continue
    const isInVain = part.length === plans.length || lockWaits.count >= mostLockWaits
    outcomes.push(...(isInVain ? fail(part) : await applyTogether(part, batch)))
  }
  return outcomes
}

function jobsOf(plans: readonly Plan[], { jobOf }: Batch): EventJob[] {
  return plans.flatMap((plan) => jobOf.get(plan.news.key) ?? [])
}

function halves(plans: readonly Plan[]): Plan[][] {
  const middle = Math.ceil(plans.length / 2)
  return [plans.slice(0, middle), plans.slice(middle)]
}

function poolOf(plan: Plan): string {
  if (plan.order) return `${plan.order.cityId}:${plan.order.tier}`
  const { facts } = plan.news
  return facts.kind === 'session' ? `${facts.cityId}:${facts.ticketType?.toLowerCase()}` : 'money'
}
