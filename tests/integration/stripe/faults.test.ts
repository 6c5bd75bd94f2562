import { sql } from 'kysely'
import { fromKysely } from 'pg-boss'
import { expect, test } from 'vitest'
import { lockTimeoutMs } from '@/db/pool'
import { database } from '@/lib/database'
import { runHousekeeping } from '@/lib/housekeeping'
import { listDeadLetters, replayDeadLetters } from '@/lib/queues/dead-letters'
import { enqueue } from '@/lib/queues/send'
import { transact } from '@/lib/queues/transaction'
import { ticketCounter, workBatch } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

async function paid(city: string, quantity = 1) {
  const { sessionId } = await counter.opened(city, { quantity })
  const { events, session } = await counter.control.pay(sessionId)
  const completed = events.find(({ type }) => type === 'checkout.session.completed')
  if (!completed) throw new Error('no event')
  return { completed, session }
}

/** Stripe is only asked where the amount is not what we asked for. */
async function paidWithAnotherAmount(city: string) {
  const metadata = { cityId: city, ticketType: 'GA', quantity: '3' }
  const { session } = await counter.control.createSession({ metadata, quantity: 2, unitAmount: 90_000 })
  return counter.control.pay(session.id)
}

/** Makes every change of this city's stock fail, like a row that a rule in the database refuses. */
async function poison(city: string): Promise<() => Promise<void>> {
  await counter.owner.query(`
    create or replace function refuse_city() returns trigger language plpgsql as
      $$ begin if new.city_id = '${city}' then raise exception 'refused'; end if; return new; end $$;
    create trigger refuse_city before update on inventory for each row execute function refuse_city()`)
  return async () => {
    await counter.owner.query('drop trigger refuse_city on inventory')
  }
}

/** Keeps a city's stock rows locked, like somebody at the database's prompt; answers with how to let go. */
async function lock(city: string): Promise<() => Promise<void>> {
  await counter.owner.query('begin')
  await counter.owner.query(`select 1 from inventory where city_id = '${city}' for update`)
  return async () => {
    await counter.owner.query('rollback')
  }
}

/** Keeps one payment's row locked, like somebody at the database's prompt; answers with how to let go. */
async function lockPayment(sessionId: string): Promise<() => Promise<void>> {
  await counter.owner.query('begin')
  const { rowCount } = await counter.owner.query('select 1 from payments where session_id = $1 for update', [
    sessionId,
  ])
  expect(rowCount).toBe(1)
  return async () => {
    await counter.owner.query('rollback')
  }
}

/** A bank debit of which the checkout is known and the money is not. */
async function paidByDebit(city: string) {
  const { sessionId } = await counter.opened(city)
  await counter.handle(...(await counter.control.pay(sessionId, { method: 'debit' })).events)
  return { sessionId, settle: async () => (await counter.control.settle(sessionId, 'succeed')).events }
}

/** News that an order's money went back, of which nothing else is known yet. */
async function refunded(city: string, kind: 'refund.created' | 'charge.refunded') {
  const { completed, session } = await paid(city)
  await counter.handle(completed)
  const { events } = await counter.control.refund(session.id)
  const news = events.find(({ type }) => type === kind)
  if (!news) throw new Error('no event')
  return news
}

/** How many times a lock's whole time fits into what this took. */
async function lockWaits(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.floor((performance.now() - began) / lockTimeoutMs)
}

async function retryNow(): Promise<void> {
  await sql`update pgboss.job set start_after = now() where name = 'stripe-events' and state = 'retry'`.execute(
    database(),
  )
}

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

interface JobRow {
  state: string
  retries: number
}

async function jobOf(eventId: string): Promise<JobRow | undefined> {
  const [row] = await counter.rows(
    sql<JobRow>`
      select state::text, retry_count as retries from pgboss.job
      where name = 'stripe-events' and data ->> 'eventId' = ${eventId}`,
  )
  return row
}

test('one poisoned event in a batch of 50 fails alone, and alone counts a retry', async () => {
  const good = await counter.aCity({ ga: 100 })
  const bad = await counter.aCity()
  const orders = [await paid(bad)]
  for (let index = 0; index < 49; index++) orders.push(await paid(good))
  await counter.deliver(...orders.map(({ completed }) => completed))
  const heal = await poison(bad)
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

test('a lock that is held too long costs a retry, not the event', async () => {
  const city = await counter.aCity()
  const { completed } = await paid(city)
  await counter.deliver(completed)
  const letGo = await lock(city)
  expect(await counter.work()).toMatchObject([{ status: 'failed' }])
  await letGo()
  await retryNow()
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a city that is kept locked is waited for twice a batch, however many its events, and sells afterwards', async () => {
  const [locked, free] = [await counter.aCity({ ga: 100 }), await counter.aCity()]
  const orders = []
  for (let index = 0; index < 16; index++) orders.push(await paid(locked))
  orders.push(await paid(free))
  await counter.deliver(...orders.map(({ completed }) => completed))
  const jobs = await counter.boss.fetch('stripe-events', { batchSize: 500 })
  expect(jobs).toHaveLength(17)
  const letGo = await lock(locked)
  const waits = await lockWaits(() => workBatch(counter.boss, 'stripe-events', jobs))
  expect({ waits, free: await counter.stock(free) }).toMatchObject({ waits: 2, free: { sold: 1, held: 0 } })
  await letGo()
  expect(await counter.stock(locked)).toMatchObject({ sold: 0, held: 16 })
  await retryNow()
  await counter.work()
  expect(await counter.stock(locked)).toMatchObject({ sold: 16, held: 0 })
})

test('nor is it waited for again and again by orders that Stripe was asked about', async () => {
  const city = await counter.aCity({ ga: 100 })
  const asked = []
  for (let index = 0; index < 4; index++) asked.push(...(await paidWithAnotherAmount(city)).events)
  await counter.deliver(...asked)
  const jobs = await counter.boss.fetch('stripe-events', { batchSize: 500 })
  const letGo = await lock(city)
  expect(await lockWaits(() => workBatch(counter.boss, 'stripe-events', jobs))).toBe(1)
  await letGo()
  await retryNow()
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 8, held: 0 })
})

test('nobody waits for a locked city behind others, and nobody overtakes them', async () => {
  const [locked, free] = [await counter.aCity(), await counter.aCity({ ga: 2 })]
  // Both were paid at the last moment, and one seat is left for them.
  const [early, late] = [await paid(free), await paid(free)]
  await counter.advance(60)
  const other = await paid(free)
  await counter.handle(other.completed)
  await counter.deliver((await paid(locked)).completed, early.completed, late.completed)
  const first = await counter.boss.fetch('stripe-events', { batchSize: 2 })
  const second = await counter.boss.fetch('stripe-events', { batchSize: 1 })
  const letGo = await lock(locked)
  const done: string[] = []
  await Promise.all([
    workBatch(counter.boss, 'stripe-events', first).then(() => done.push('first')),
    workBatch(counter.boss, 'stripe-events', second).then(() => done.push('second')),
  ])
  await letGo()
  const sold = await counter.rows(
    sql<{
      session: string
    }>`select session_id as session from payments where city_id = ${free} and state = 'sold'`,
  )
  expect(sold.map(({ session }) => session).sort()).toEqual([early.session.id, other.session.id].sort())
  expect(done).toEqual(['second', 'first'])
  await retryNow()
  await counter.work()
  expect(await counter.stock(locked)).toMatchObject({ sold: 1, held: 0 })
})

test.each(['refund.created', 'charge.refunded'] as const)(
  'a %s gives seats back while another city is kept locked, and counts no retry',
  async (kind) => {
    const [locked, free] = [await counter.aCity(), await counter.aCity()]
    const stuck = [await refunded(locked, kind), await refunded(locked, kind)]
    const going = await refunded(free, kind)
    await counter.deliver(...stuck, going)
    const jobs = await counter.boss.fetch('stripe-events', { batchSize: 500 })
    expect(jobs).toHaveLength(3)
    const letGo = await lock(locked)
    const waits = await lockWaits(() => workBatch(counter.boss, 'stripe-events', jobs))
    await letGo()
    expect(waits).toBeLessThanOrEqual(2)
    expect([await counter.stock(free), await counter.stock(locked)]).toMatchObject([{ sold: 0 }, { sold: 2 }])
    expect(await jobOf(going.id)).toBeUndefined()
    await retryNow()
    await counter.work()
    expect(await counter.stock(locked)).toMatchObject({ sold: 0 })
  },
)

test('one payment that is kept locked fails alone, and the others of its city keep their place', async () => {
  const city = await counter.aCity({ ga: 12 })
  const debit = await paidByDebit(city)
  // All were paid at the last moment, and nine seats are left for them.
  const orders = []
  for (let index = 0; index < 10; index++) orders.push(await paid(city))
  await counter.advance(60)
  await counter.handle((await paid(city)).completed, (await paid(city)).completed)
  const settled = await debit.settle()
  await counter.deliver(...settled, ...orders.map(({ completed }) => completed))
  const late = orders.at(-1)
  const first = await counter.boss.fetch('stripe-events', { batchSize: 9 + settled.length })
  const second = await counter.boss.fetch('stripe-events', { batchSize: 1 })
  const letGo = await lockPayment(debit.sessionId)
  const waits = await lockWaits(() =>
    Promise.all([first, second].map((jobs) => workBatch(counter.boss, 'stripe-events', jobs))),
  )
  await letGo()
  expect(waits).toBe(1)
  expect(await counter.stock(city)).toMatchObject({ sold: 11, held: 1 })
  const [lateSale] = await counter.rows(
    sql<{ state: string }>`select state from payments where session_id = ${late?.session.id}`,
  )
  expect(lateSale).toEqual({ state: 'exception' })
  await retryNow()
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 12, held: 0 })
})

test('an overdue hold that is kept locked keeps nobody of another city waiting', async () => {
  const [stuck, free] = [await counter.aCity({ ga: 60 }), await counter.aCity({ ga: 60 })]
  const { reservationId } = await counter.opened(stuck)
  const orders = []
  for (let index = 0; index < 20; index++) orders.push(await paid(stuck), await paid(free))
  // Only now: a new hold would have it lapse.
  await counter.owner.query('update reservations set lapses_at = app_now() where id = $1', [reservationId])
  await counter.deliver(...orders.map(({ completed }) => completed))
  const jobs = await counter.boss.fetch('stripe-events', { batchSize: 500 })
  await counter.owner.query('begin')
  await counter.owner.query('select 1 from reservations where id = $1 for update', [reservationId])
  const waits = await lockWaits(() => workBatch(counter.boss, 'stripe-events', jobs))
  await counter.owner.query('rollback')
  expect(waits).toBeLessThanOrEqual(2)
  expect(await counter.stock(free)).toMatchObject({ sold: 20, held: 0 })
  expect(await counter.stock(stuck)).toMatchObject({ sold: 0 })
  await retryNow()
  await counter.work()
  expect(await counter.stock(stuck)).toMatchObject({ sold: 20, held: 0 })
})

test('one event that is kept locked fails alone', async () => {
  const city = await counter.aCity()
  const orders = []
  for (let index = 0; index < 10; index++) orders.push(await paid(city))
  await counter.deliver(...orders.map(({ completed }) => completed))
  const jobs = await counter.boss.fetch('stripe-events', { batchSize: 500 })
  await counter.owner.query('begin')
  await counter.owner.query('select 1 from stripe_events where id = $1 for update', [orders[4]?.completed.id])
  const waits = await lockWaits(() => workBatch(counter.boss, 'stripe-events', jobs))
  await counter.owner.query('rollback')
  expect({ waits, stock: await counter.stock(city) }).toMatchObject({ waits: 1, stock: { sold: 9, held: 1 } })
  await retryNow()
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 10, held: 0 })
})

test('a lock that cannot be seen is found by halves', async () => {
  const city = await counter.aCity()
  const [stuck, other] = [await paid(city), await paid(city)]
  await counter.deliver(stuck.completed, other.completed)
  const jobs = await counter.boss.fetch('stripe-events', { batchSize: 500 })
  // Nobody sees this row before it is committed.
  await counter.owner.query('begin')
  await counter.owner.query(`insert into payments (id, session_id) values ('being_made', $1)`, [
    stuck.session.id,
  ])
  const waits = await lockWaits(() => workBatch(counter.boss, 'stripe-events', jobs))
  await counter.owner.query('rollback')
  expect({ waits, stock: await counter.stock(city) }).toMatchObject({ waits: 2, stock: { sold: 1, held: 1 } })
  await retryNow()
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

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
  const heal = await poison(city)
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
