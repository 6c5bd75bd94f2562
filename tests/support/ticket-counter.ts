import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import type { Job, PgBoss } from 'pg-boss'
import { afterAll, beforeAll, expect } from 'vitest'
import { database } from '@/lib/database'
import { execute } from '@/lib/inventory/execute'
import { startCheckout } from '@/lib/checkout/start-checkout'
import type { CheckoutResult } from '@/lib/checkout/checkout-result'
import { type PayloadOf, type QueueName, queues } from '@/lib/queues/definitions'
import { acceptStripeEvent, type Acceptance } from '@/lib/stripe/accept-event'
import type { JobOutcome } from '@/worker/job-outcome'
import { handleEvents } from '@/worker/payments'
import type { ClaimedJob } from '@/worker/queue-worker'
import { refundsWorker } from '@/worker/refunds'
import { auditDifferences } from './audit-differences'
import { queueSuite } from './queue-suite'
import { startStripeStandIn, type StripeStandIn, type StripeStandInControl } from './stripe-stand-in'
import { testEnvironment } from './test-environment'
import { until } from './until'

/** The shop's rules, its real queues and the Stripe stand-in, in the test's own process. */
export interface TicketCounter {
  control: StripeStandInControl
  boss: PgBoss
  owner: pg.Client
  /** A city on sale with so many seats; GA costs 1,000 and VIP 1,500 USD. */
  aCity(seats?: { ga?: number; vip?: number }): Promise<string>
  /** A buyer's checkout; a `token` names the buyer, who finds the hold again by it. */
  checkout(cityId: string, order?: Partial<Order>): Promise<CheckoutResult>
  /** The same, where it must work. */
  opened(cityId: string, order?: Partial<Order>): Promise<CheckoutResult & { ok: true }>
  /** What Stripe says of a session's page; undefined where it knows none. */
  pageOf(sessionId: string): Promise<'open' | 'complete' | 'expired' | undefined>
  /** Stripe's event of a page that is closed, once it is. */
  expiryOf(sessionId: string): Promise<{ id: string }>
  /** Posts recorded events, in this order. */
  deliver(...events: { id: string }[]): Promise<Acceptance[]>
  /** Works what waits on the queue, until nothing waits. */
  work(queue?: 'stripe-events' | 'refunds'): Promise<JobOutcome[]>
  /** Works the two oldest events by two workers at the same time, and then what is left. */
  workByTwo(): Promise<void>
  /** `deliver` and then `work`. */
  handle(...events: { id: string }[]): Promise<void>
  stock(cityId: string, tier?: 'ga' | 'vip'): Promise<{ sold: number; held: number; actual: number }>
  /** Moves our clock and Stripe's. */
  advance(minutes: number): Promise<void>
  /** Rows as the application sees them. */
  rows<T>(query: ReturnType<typeof sql<T>>): Promise<T[]>
}

export interface Order {
  ticketType: string
  quantity: number
  email: string
  token: string
  address: string
  /** What a private link ends in. */
  link: string
  /** What the page that it was sent from said of the price. */
  shownPrice: string
}

/** Opens a counter for a test file, and closes it at its end. */
export function ticketCounter(environment: Record<string, string> = {}): TicketCounter {
  const parts = {} as { standIn: StripeStandIn; owner: pg.Client }
  beforeAll(async () => {
    const secret = testEnvironment.STRIPE_WEBHOOK_SECRET
    parts.standIn = await startStripeStandIn({ webhookSecret: secret, deliver: 'manual' })
    Object.assign(process.env, environment, { STRIPE_API_BASE: parts.standIn.url })
  })
  afterAll(() => parts.standIn.close())
  // After the stand-in, which the configuration names.
  const suite = queueSuite()
  beforeAll(async () => {
    parts.owner = new pg.Client({ connectionString: suite.story.ownerUrl })
    await parts.owner.connect()
  })
  afterAll(async () => {
    await expectSound()
    await parts.owner.end()
  })

  const counter: TicketCounter = {
    get control() {
      return parts.standIn.control
    },
    get boss() {
      return suite.boss
    },
    get owner() {
      return parts.owner
    },
    aCity,
    checkout: (cityId, order = {}) =>
      startCheckout({
        cityId,
        ticketType: order.ticketType ?? 'GA',
        quantity: 'quantity' in order ? order.quantity : 1,
        email: order.email,
        link: order.link,
        shownPrice: order.shownPrice,
        visitorToken: order.token ?? randomUUID(),
        comesBack: order.token !== undefined,
        address: order.address ?? null,
        publicUrl: 'http://localhost:3000',
      }),
    async opened(cityId, order) {
      const result = await counter.checkout(cityId, order)
      if (!result.ok) throw new Error(`no checkout: ${result.code}`)
      return result
    },
    async pageOf(sessionId) {
      const { sessions } = await counter.control.snapshot()
      return sessions.find(({ id }) => id === sessionId)?.status
    },
    expiryOf: (sessionId) =>
      until(async () => {
        const { events } = await counter.control.snapshot()
        return events.find((one) => one.objectId === sessionId && one.type === 'checkout.session.expired')
      }),
    async deliver(...events) {
      const answers: Acceptance[] = []
      for (const { id } of events) {
        const { body, header } = await parts.standIn.control.signedEvent(id)
        answers.push(await acceptStripeEvent({ rawBody: body, signature: header }))
      }
      return answers
    },
    work: (queue = 'stripe-events') => drain(suite.boss, queue),
    async workByTwo() {
      const fetchOne = () => suite.boss.fetch('stripe-events', { batchSize: 1 })
      const batches = [await fetchOne(), await fetchOne()]
      await Promise.all(batches.map((jobs) => workBatch(suite.boss, 'stripe-events', jobs)))
      await counter.work()
    },
    async handle(...events) {
      await counter.deliver(...events)
      const outcomes = await counter.work()
      for (const outcome of outcomes) if (outcome.status !== 'completed') throw outcome.error
    },
    async stock(cityId, tier = 'ga') {
      const [row] = await counter.rows(
        sql<{ sold: number; held: number; actual: number }>`
          select sold, held, actual_limit as actual from inventory where city_id = ${cityId} and tier = ${tier}`,
      )
      if (!row) throw new Error(`no stock in ${cityId}`)
      return row
    },
    async advance(minutes) {
      await parts.owner.query('update app_clock set shift = shift + make_interval(mins => $1)', [minutes])
      await parts.standIn.control.advance(minutes * 60_000)
    },
    rows: async (query) => (await query.execute(database())).rows,
  }
  return counter
}

/** Fetches, handles and settles jobs as pg-boss's own loop does, until none is left that may run now. */
async function drain(boss: PgBoss, queue: 'stripe-events' | 'refunds'): Promise<JobOutcome[]> {
  const all: JobOutcome[] = []
  for (;;) {
    const jobs = await boss.fetch(queue, { batchSize: 500 })
    if (jobs.length === 0) return all
    all.push(...(await workBatch(boss, queue, jobs)))
  }
}

export async function workBatch(
  boss: PgBoss,
  queue: 'stripe-events' | 'refunds',
  jobs: Job<unknown>[],
): Promise<JobOutcome[]> {
  const outcomes =
    queue === 'refunds'
      ? await refundsWorker.handle(jobs.map((job) => claimed(queue, job)))
      : await handleEvents(jobs.map((job) => claimed(queue, job)))
  for (const outcome of outcomes) {
    // Fenced by the attempt, as that loop does it: a job that another worker has taken over is left alone.
    const attempts = jobs.filter(({ id }) => id === outcome.id)
    if (outcome.status === 'completed') {
      await boss.complete(queue, attempts)
      continue
    }
    const error = { error: String(outcome.error) }
    if (outcome.status === 'failed') {
      await boss.fail(queue, attempts, error)
      continue
    }
    // What pg-boss's own loop does with a job that must not be tried again.
    await sql`update pgboss.job set retry_count = retry_limit where id = ${outcome.id}`.execute(database())
    await boss.fail(queue, outcome.id, error)
  }
  return outcomes
}

/** A fetched job as the worker hands it to its handler. */
export function claimed<Name extends QueueName>(queue: Name, job: Job<unknown>): ClaimedJob<Name> {
  const { id, retryCount, data } = job
  const payload = queues[queue].payload.parse(data) as PayloadOf<Name>
  return { id, retryCount, payload, signal: new AbortController().signal }
}

let cities = 0

async function aCity({ ga = 35, vip = 15 }: { ga?: number; vip?: number } = {}): Promise<string> {
  const id = `test-city-${++cities}`
  const day = sql<string>`current_date`
  await database()
    .insertInto('cities')
    .values({
      id,
      name: `Test ${cities}`,
      time_zone: 'UTC',
      starts_on: day,
      ends_on: day,
      sale_state: 'on_sale',
    })
    .execute()
  await database()
    .insertInto('prices')
    .values([
      { city_id: id, tier: 'ga', amount_cents: 100_000 },
      { city_id: id, tier: 'vip', amount_cents: 150_000 },
    ])
    .execute()
  const authority = { actor: 'test' }
  await execute([
    [{ type: 'open-city', cityId: id, tier: 'ga', publicLimit: ga, authority }],
    [{ type: 'open-city', cityId: id, tier: 'vip', publicLimit: vip, authority }],
  ])
  return id
}

/** The books are in order: stock, ledger and its hashes, payments and reservations agree, everywhere. */
export async function expectSound(): Promise<void> {
  expect(await auditDifferences()).toEqual([])
}
