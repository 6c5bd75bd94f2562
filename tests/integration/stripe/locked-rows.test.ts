import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { lockTimeoutMs } from '@/db/session-settings'
import { paidEvents } from '@/tests/support/paid-events'
import { ticketCounter, workBatch } from '@/tests/support/ticket-counter'

/** Somebody keeps a row locked: who needs it waits a little and is tried later, and nobody else waits for long. */

const counter = ticketCounter()
const { paid, paidWithAnotherAmount, jobOf, retryNow } = paidEvents(counter)

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
