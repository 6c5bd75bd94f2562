import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import { type Connection, database, type Trx } from '@/lib/database'
import { announceStockChange } from '@/lib/inventory/announce'
import { transact } from '@/lib/queues/transaction'
import { applyPlans } from './apply-plans'
import { askStripe } from './ask-stripe'
import { readBackground } from './background'
import type { EventType } from './classify-event'
import type { EventFacts } from './facts'
import { expectedOutcome } from './verdict'
import { type News, type Plan, planNews, type StripeAnswer } from './plan'

/** Events of a batch, sorted by whether they can be applied as they are. */
export interface SortedEvents {
  ready: Plan[]
  /** Events that Stripe has to be asked about, one by one and after the others. */
  asking: News[]
  /** Ids of events that are unknown, or were applied before. */
  finished: string[]
}

/** Reads events in the order of their arrival and plans them, without locks. */
export async function sortEvents(
  eventIds: readonly string[],
  connection: Connection = database(),
): Promise<SortedEvents> {
  const { rows } = await sql<{ id: string; type: EventType; facts: EventFacts }>`
    select id, type, facts from stripe_events where id = any(${[...eventIds]}::text[]) and state = 'received'
    order by received_at, created_at`.execute(connection)
  const news = rows.map(({ id, type, facts }): News => ({ key: id, type, facts }))
  const background = await readBackground(connection, news)
  const sorted: SortedEvents = { ready: [], asking: [], finished: [] }
  for (const one of news) {
    const plan = planNews(one, background)
    if (plan === 'ask') sorted.asking.push(one)
    else sorted.ready.push(plan)
  }
  const waiting = new Set(rows.map((row) => row.id))
  sorted.finished = eventIds.filter((id) => !waiting.has(id))
  return sorted
}

/**
 * Asks Stripe about an event and plans it with the answer.
 *
 * @throws when Stripe is out of reach
 */
export async function planByAsking(news: News): Promise<Plan> {
  const answer: StripeAnswer = await askStripe(news)
  const plan = planNews(news, await readBackground(database(), [news]), answer)
  if (plan === 'ask') throw new Error(`Stripe's answer left event ${news.key} open`)
  return plan
}

export interface ApplyOptions {
  /** Called once jobs and events are locked, and nothing else is; the transaction goes on when it settles. */
  onClaimed?: () => Promise<void>
  /** Called once all locks are held. */
  onLocked?: () => void
}

/**
 * Applies events in one transaction: their effects, their own state and whatever `claim` does become true
 * together or not at all.
 *
 * Neither `onClaimed` nor `onLocked` is called if there is nothing left to apply.
 *
 * @param options.claim completes the events' jobs in this transaction and answers which events are still ours to apply
 */
export async function applyEvents(
  plans: readonly Plan[],
  { claim, ...options }: ApplyOptions & { claim: (trx: Trx) => Promise<ReadonlySet<string>> },
): Promise<void> {
  const changedCities = await transact(async (trx) => {
    const claimed = await claim(trx)
    return applyClaimed(
      trx,
      plans.filter((plan) => claimed.has(plan.news.key)),
      options,
    )
  })
  announceStockChange(changedCities)
}

/**
 * Applies events whose jobs the transaction has claimed.
 *
 * Invariant: an event has an effect only while its row, locked here first, says `received`; the same transaction
 * says `processed`.
 *
 * @returns the cities to announce once the transaction is committed
 */
export async function applyClaimed(
  trx: Trx,
  plans: readonly Plan[],
  { onClaimed, onLocked }: ApplyOptions,
): Promise<string[]> {
  const waiting = await takeWaiting(trx, plans)
  const live = plans.filter((plan) => waiting.has(plan.news.key))
  if (live.length === 0) return []
  await onClaimed?.()
  const applied = await applyPlans(trx, live, onLocked)
  const outcomes = live.map(({ news }, index) => ({
    id: news.key,
    outcome: applied.results[index]?.outcome ?? '',
  }))
  await markProcessed(
    trx,
    outcomes.filter(({ id, outcome }) => waiting.get(id) !== outcome),
  )
  return applied.changedCities
}

/**
 * Locks the events that still wait, by id. Most of them become sales, and their rows are written as such at once:
 * before any stock row is locked, so that the write does not make other transactions wait for that.
 *
 * @returns by event id, the outcome that its row already has; null if it has none yet
 */
async function takeWaiting(trx: Trx, plans: readonly Plan[]): Promise<Map<string, string | null>> {
  const events = plans
    .map((plan) => ({ id: plan.news.key, outcome: expectedOutcome(plan) }))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  const expected = events.flatMap(({ id, outcome }) => (outcome === null ? [] : [{ id, outcome }]))
  const others = events.filter(({ outcome }) => outcome === null)
  const waiting = new Map<string, string | null>()
  if (expected.length > 0) {
    // unnest gives the ids in the array's order, so the rows are locked sorted. The clock is asked by a subquery, once
    // for all rows.
    const { rows } = await sql<{ id: string; outcome: string }>`
      update stripe_events e set state = 'processed', outcome = expected.outcome,
        processed_at = (select app_now())
      from ${rowsOf(expected, { id: ['text', ({ id }) => id], outcome: ['text', ({ outcome }) => outcome] })} expected
      where e.id = expected.id and e.state = 'received'
      returning e.id, e.outcome`.execute(trx)
    for (const { id, outcome } of rows) waiting.set(id, outcome)
  }
  if (others.length > 0) {
    const { rows } = await sql<{ id: string }>`
      select id from stripe_events where id = any(${others.map(({ id }) => id)}::text[]) and state = 'received'
      order by id for update`.execute(trx)
    for (const { id } of rows) waiting.set(id, null)
  }
  return waiting
}

async function markProcessed(trx: Trx, events: readonly { id: string; outcome: string }[]): Promise<void> {
  if (events.length === 0) return
  await sql`
    update stripe_events e set state = 'processed', outcome = done.outcome, processed_at = app_now()
    from ${rowsOf(events, { id: ['text', ({ id }) => id], outcome: ['text', ({ outcome }) => outcome] })} done
    where e.id = done.id`.execute(trx)
}
