import { sql } from 'kysely'
import { fromKysely } from 'pg-boss'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { runHousekeeping } from '@/lib/housekeeping'
import { listDeadLetters, replayDeadLetters } from '@/lib/queues/dead-letters'
import { enqueue } from '@/lib/queues/send'
import { transact } from '@/lib/queues/transaction'
import { paidEvents } from '@/tests/support/paid-events'
import { ticketCounter, workBatch } from '@/tests/support/ticket-counter'

const counter = ticketCounter()
const { paid, paidWithAnotherAmount, jobOf, retryNow, refuseSales } = paidEvents(counter)

/** Fails jobs, and answers how many seconds each then waits for its next try; nothing once there is none. */
async function failTogether(ids: string[]): Promise<number[]> {
  // In one transaction, whose time both statements see.
  return transact(async (trx) => {
    await counter.boss.fail('stripe-events', ids, { error: 'no' }, { db: fromKysely(trx) })
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from start_after - now())::float8 as seconds from pgboss.job
      where name = 'stripe-events' and state = 'retry' and id = any(${ids}::uuid[]) order by id`.execute(trx)
    return rows.map(({ seconds }) => seconds)
  })
}

test('one poisoned event in a batch of 50 fails alone, and alone counts a retry', async () => {
  const good = await counter.aCity({ ga: 100 })
  const bad = await counter.aCity()
  const orders = [await paid(bad)]
  for (let index = 0; index < 49; index++) orders.push(await paid(good))
  await counter.deliver(...orders.map(({ completed }) => completed))
  const heal = await refuseSales(bad)
  const jobs = await counter.boss.fetch('stripe-events', { batchSize: 500 })
  expect(jobs).toHaveLength(50)
  const outcomes = await workBatch(counter.boss, 'stripe-events', jobs)
  expect(outcomes.filter(({ status }) => status === 'failed')).toHaveLength(1)
  expect(await counter.stock(good)).toMatchObject({ sold: 49, held: 0 })
  const [poisoned, other] = orders
  expect(await jobOf(poisoned?.completed.id ?? '')).toEqual({ state: 'retry', retries: 0 })
  expect(await jobOf(other?.completed.id ?? '')).toBeUndefined()
  await heal()
  await retryNow()
  await counter.work()
  expect(await counter.stock(bad)).toMatchObject({ sold: 1, held: 0 })
})

test('an order that Stripe must be asked about waits while Stripe is busy, and holds up nobody', async () => {
  const city = await counter.aCity()
  const asked = await paidWithAnotherAmount(city)
  const plain = await paid(city)
  await counter.control.fault({
    match: 'GET /v1/checkout/sessions/*/line_items',
    kind: 'status',
    status: 429,
  })
  await counter.deliver(...asked.events, plain.completed)
  const outcomes = await counter.work()
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['completed', 'failed'])
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  await retryNow()
  expect((await counter.work()).map(({ status }) => status)).toEqual(['completed'])
  expect(await counter.stock(city)).toMatchObject({ sold: 3, held: 0 })
})

test('while Stripe is out of reach a batch asks about a few, and each is applied once it is back', async () => {
  const city = await counter.aCity({ ga: 100 })
  const match = 'GET /v1/checkout/sessions/*/line_items'
  const asked = []
  for (let index = 0; index < 20; index++) asked.push(...(await paidWithAnotherAmount(city)).events)
  await counter.deliver(...asked)
  const before = (await counter.control.requests(match)).length
  await counter.control.fault({ match, kind: 'status', status: 503, times: 100 })
  const outcomes = await counter.work()
  expect(outcomes.filter(({ status }) => status === 'failed')).toHaveLength(20)
  expect((await counter.control.requests(match)).length - before).toBe(8)
  await counter.control.clearFaults()
  await retryNow()
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 40, held: 0 })
})

test('one order that Stripe cannot answer about costs the others nothing', async () => {
  const city = await counter.aCity({ ga: 100 })
  const asked = []
  for (let index = 0; index < 10; index++) asked.push(...(await paidWithAnotherAmount(city)).events)
  await counter.deliver(...asked)
  await counter.control.fault({ match: 'GET /v1/checkout/sessions/*/line_items', kind: 'status', times: 1 })
  const outcomes = await counter.work()
  expect(outcomes.filter(({ status }) => status === 'failed')).toHaveLength(1)
  expect(await counter.stock(city)).toMatchObject({ sold: 18 })
  await retryNow()
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 20 })
})

test('a key that may not ask about orders keeps no refund behind them waiting', async () => {
  const city = await counter.aCity()
  const { completed, session } = await paid(city)
  await counter.handle(completed)
  const asked = []
  for (let index = 0; index < 8; index++) asked.push(...(await paidWithAnotherAmount(city)).events)
  await counter.deliver(...asked)
  const { events } = await counter.control.refund(session.id)
  const charge = events.find(({ type }) => type === 'charge.refunded')
  await counter.deliver(...(charge ? [charge] : []))
  const match = 'GET /v1/checkout/sessions/*/line_items'
  await counter.control.fault({ match, kind: 'status', status: 403, times: 1_000 })
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
  await counter.control.clearFaults()
  await retryNow()
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 16 })
})

test.each(['status', 'disconnect-before', 'status-after'] as const)(
  'a %s from Stripe is tried again',
  async (kind) => {
    const city = await counter.aCity()
    const { events } = await paidWithAnotherAmount(city)
    await counter.control.fault({ match: 'GET /v1/checkout/sessions/*/line_items', kind, times: 2 })
    await counter.deliver(...events)
    for (let tries = 0; tries < 3; tries++) {
      await counter.work()
      await retryNow()
    }
    await counter.control.clearFaults()
    expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
  },
)

test('waits between tries grow, with jitter, to a quarter of an hour; all together about an hour', async () => {
  const ids = await enqueue(
    database(),
    'stripe-events',
    Array.from({ length: 30 }, (_, index) => ({ eventId: `evt_fails_${index}` })),
  )
  const waits: number[][] = []
  for (;;) {
    const jobs = await counter.boss.fetch('stripe-events', { batchSize: 500 })
    expect(jobs.map(({ id }) => id).sort()).toEqual(ids.toSorted())
    const waiting = await failTogether(ids)
    if (waiting.length === 0) break
    waits.push(waiting)
    await retryNow()
  }
  const [shortest, longest] = [waits.map((one) => Math.min(...one)), waits.map((one) => Math.max(...one))]
  expect(shortest[0]).toBeGreaterThanOrEqual(1)
  expect(longest[0]).toBeLessThanOrEqual(2)
  // Whoever waits shortest waits no less than anybody did before, until all wait for the longest time.
  waits
    .slice(1)
    .forEach((_, round) => expect(shortest[round + 1]).toBeGreaterThanOrEqual(longest[round] ?? 0))
  expect(shortest.at(-1)).toBe(900)
  expect(longest.at(-1)).toBe(900)
  // Without jitter, what failed together would come back together.
  for (const wait of waits.slice(0, 9)) expect(new Set(wait).size).toBeGreaterThan(20)
  const minutes = ids.map((_, job) => waits.reduce((sum, wait) => sum + (wait[job] ?? 0), 0) / 60)
  expect(Math.min(...minutes)).toBeGreaterThan(45)
  expect(Math.max(...minutes)).toBeLessThan(65)
  await sql`delete from pgboss.job where name = 'stripe-events-dead'`.execute(database())
})

test('when its retries are used up an event is a dead letter: seen, told of, and replayed with one call', async () => {
  const city = await counter.aCity()
  const { completed } = await paid(city)
  const heal = await refuseSales(city)
  await counter.deliver(completed)
  await sql`update pgboss.job set retry_count = retry_limit where data ->> 'eventId' = ${completed.id}`.execute(
    database(),
  )
  await counter.work()
  const letters = await listDeadLetters()
  expect(letters).toMatchObject([{ queue: 'stripe-events-dead', payload: { eventId: completed.id } }])
  expect(letters[0]?.error).toContain('refused')
  await runHousekeeping('resume')
  expect(await counter.rows(sql`select subject from alerts where kind = 'dead_letter'`)).toHaveLength(1)
  expect(await counter.work()).toEqual([])

  await heal()
  expect(await replayDeadLetters('stripe-events-dead')).toBe(1)
  expect(await listDeadLetters()).toEqual([])
  expect(await counter.work()).toMatchObject([{ status: 'completed' }])
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await replayDeadLetters('stripe-events-dead')).toBe(0)
})
