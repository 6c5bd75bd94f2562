import { isAboutContent, isLockTimeout } from '@/lib/content-fault'
import type { Trx } from '@/lib/database'
import { freePools } from '@/lib/inventory/locks'
import { poolKey } from '@/lib/inventory/model'
import { completeJobs } from '@/lib/queues/complete'
import { applyEvents, planByAsking, sortEvents } from '@/lib/stripe/apply-events'
import type { News, Plan } from '@/lib/stripe/plan'
import type { ClaimedJob, JobOutcome, QueueWorker } from './queue-worker'
import { type Turn, turns } from './turns'

type EventJob = ClaimedJob<'stripe-events'>

/** Events that Stripe is asked about at a time. */
const askedAtOnce = 8

/**
 * Turns Stripe's events into changes of stock. A batch is one transaction, its jobs' completion included; a
 * batch that fails is split until the event at fault stands alone, and only that one counts a retry.
 *
 * Three loops: while one batch is being written, the next locks its payments and queues for the stock behind it, and the
 * one after that is fetched, planned and claimed. Their order never changes: first come, first served.
 */
export const paymentsWorker: QueueWorker<'stripe-events'> = {
  queue: 'stripe-events',
  polls: [1, 2, 3].map(() => ({ batchSize: 500, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 })),
  handle: handleEvents,
}

const turnToClaim = turns()
const turnToLock = turns()

/** A batch's place in the two lines: it claims its jobs while the batch before it locks, and locks when that has. */
interface Place {
  claiming: Turn
  locking: Turn
}

export async function handleEvents(jobs: EventJob[]): Promise<JobOutcome[]> {
  const jobOf = new Map(jobs.map((job) => [job.payload.eventId, job]))
  const place: Place = { claiming: turnToClaim(), locking: turnToLock() }
  try {
    const { ready, asking, finished } = await sortEvents([...jobOf.keys()])
    await place.claiming.mine
    const outcomes = await applyTogether(ready, jobOf, place)
    leave(place)
    // Calls to Stripe come last, so that nobody waits for them who needs none.
    outcomes.push(...(await applyByAsking(asking, jobOf)))
    const done = new Set(finished)
    for (const job of jobs) {
      // A second job of one event in the same batch has nothing left to do either.
      if (done.has(job.payload.eventId) || jobOf.get(job.payload.eventId) !== job)
        outcomes.push(completed(job))
    }
    return outcomes
  } finally {
    leave(place)
  }
}

function leave({ claiming, locking }: Place): void {
  claiming.pass()
  locking.pass()
}

async function applyTogether(
  plans: readonly Plan[],
  jobOf: ReadonlyMap<string, EventJob>,
  place: Place,
): Promise<JobOutcome[]> {
  if (plans.length === 0) return []
  const jobs = plans.flatMap((plan) => jobOf.get(plan.news.key) ?? [])
  try {
    await applyEvents(plans, {
      claim: (trx) => claim(trx, jobs),
      onClaimed: () => {
        place.claiming.pass()
        return place.locking.mine
      },
      onLocked: place.locking.pass,
    })
    return jobs.map(completed)
  } catch (error) {
    if (!isAboutContent(error)) throw error
    // By city and tier first, since one bad stock row spoils only its own events; then in halves.
    const pools = [...Map.groupBy(plans, poolOf).values()]
    // Of one stock row's events each half would wait as long for the lock, and in vain.
    if (plans.length === 1 || (pools.length === 1 && isLockTimeout(error)))
      return jobs.map((job) => failed(job, error))
    if (isLockTimeout(error)) return applyAroundLocks(pools, jobOf, place)
    return applyParts(pools.length > 1 ? pools : halves(plans), jobOf, place)
  }
}

async function applyParts(
  parts: readonly Plan[][],
  jobOf: ReadonlyMap<string, EventJob>,
  place: Place,
): Promise<JobOutcome[]> {
  const outcomes: JobOutcome[] = []
  for (const part of parts) outcomes.push(...(await applyTogether(part, jobOf, place)))
  return outcomes
}

/**
 * Somebody keeps a row locked. Those whose stock row is free come first, and keep their turn until the last of them is
 * through, so that nobody overtakes them; then the batch behind goes on, and only this one waits for the others.
 */
async function applyAroundLocks(
  pools: readonly Plan[][],
  jobOf: ReadonlyMap<string, EventJob>,
  place: Place,
): Promise<JobOutcome[]> {
  const free = await freePools(pools.flatMap((plans) => plans.flatMap(({ order }) => order ?? [])))
  const isFree = (plans: readonly Plan[]) => plans.some(({ order }) => order && free.has(poolKey(order)))
  const keepingTurn = { ...place, locking: { ...place.locking, pass: () => {} } }
  const outcomes = await applyParts(pools.filter(isFree), jobOf, keepingTurn)
  place.locking.pass()
  const others = pools.filter((plans) => !isFree(plans))
  return [...outcomes, ...(await applyParts(others, jobOf, place))]
}

/**
 * Asks about a few events at a time and applies them in their order. Where Stripe answers about none of them, the others
 * would only wait for time-outs, and new payments for this loop: they are tried again later.
 */
async function applyByAsking(
  asking: readonly News[],
  jobOf: ReadonlyMap<string, EventJob>,
): Promise<JobOutcome[]> {
  const waiting = asking.flatMap((news) => {
    const job = jobOf.get(news.key)
    return job ? [{ news, job }] : []
  })
  const outcomes: JobOutcome[] = []
  const locked = new Map<string, unknown>()
  while (waiting.length > 0) {
    const few = waiting.splice(0, askedAtOnce)
    const asked = await Promise.allSettled(few.map(({ news }) => planByAsking(news)))
    for (const [index, answer] of asked.entries()) {
      const job = few[index]?.job
      if (job) outcomes.push(await applyAnswered(job, answer, locked))
    }
    if (asked.some(({ status }) => status === 'fulfilled')) continue
    const outOfReach = new Error('Stripe was out of reach')
    for (const { job } of waiting.splice(0)) outcomes.push(failed(job, outOfReach))
  }
  return outcomes
}

/** @param locked by pool why an event before this one waited in vain; this one then waits no more, and is tried later */
async function applyAnswered(
  job: EventJob,
  answer: PromiseSettledResult<Plan>,
  locked: Map<string, unknown>,
): Promise<JobOutcome> {
  if (answer.status === 'rejected') return failed(job, answer.reason)
  const pool = poolOf(answer.value)
  if (locked.has(pool)) return failed(job, locked.get(pool))
  try {
    await applyEvents([answer.value], { claim: (trx) => claim(trx, [job]) })
    return completed(job)
  } catch (error) {
    if (isLockTimeout(error)) locked.set(pool, error)
    return failed(job, error)
  }
}

/** Completes the jobs in the transaction of their effects; a job that was taken over is not ours to apply. */
async function claim(trx: Trx, jobs: readonly EventJob[]): Promise<ReadonlySet<string>> {
  const ids = await completeJobs(trx, 'stripe-events', jobs)
  return new Set(jobs.filter((job) => ids.has(job.id)).map((job) => job.payload.eventId))
}

function completed(job: EventJob): JobOutcome {
  return { id: job.id, status: 'completed' }
}

function failed(job: EventJob, error: unknown): JobOutcome {
  return { id: job.id, status: 'failed', error }
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
