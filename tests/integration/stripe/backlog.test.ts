import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { paidEvents } from '@/tests/support/paid-events'
import { claimed, ticketCounter, workBatch } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'
import { backlogDrain } from '@/worker/backlog'
import { paymentsHandler } from '@/worker/payments'

/** A backlog is drained without pg-boss, which gets back whatever does not go well. */

const counter = ticketCounter()
const { paid, paidWithAnotherAmount, jobOf, refuseSales, retryNow } = paidEvents(counter)
const untouched = { state: 'created', retries: 0 }

/** So many paid orders of a city, whose events wait. @returns the events' ids, in the order in which they came */
async function backlog(city: string, orders: number): Promise<string[]> {
  const ids = []
  for (let index = 0; index < orders; index++) {
    const { completed } = await paid(city)
    await counter.deliver(completed)
    ids.push(completed.id)
  }
  return ids
}

test('it is drained batch by batch, and payments sell in the order in which they came', async () => {
  const city = await counter.aCity()
  const ids = await backlog(city, 7)
  expect(await backlogDrain()(3)).toBe(7)
  const sold = await counter.rows(
    sql<{ id: string }>`
      select e.id from inventory_transactions t join stripe_events e using (session_id)
      where t.city_id = ${city} order by t.sequence`,
  )
  expect(sold.map(({ id }) => id)).toEqual(ids)
  expect(await Promise.all(ids.map(jobOf))).toEqual(ids.map(() => undefined))
  expect(await counter.stock(city)).toMatchObject({ sold: 7, held: 0 })
})

test('a batch with an event at fault is left as it was, and pg-boss finds that one', async () => {
  const [bad, good] = [await counter.aCity(), await counter.aCity()]
  const ids = [...(await backlog(bad, 1)), ...(await backlog(good, 2))]
  const letSell = await refuseSales(bad)
  const drainBacklog = backlogDrain()
  expect(await drainBacklog(3)).toBe(0)
  expect(await Promise.all(ids.map(jobOf))).toEqual(ids.map(() => untouched))
  // It does not try the same again meanwhile.
  await letSell()
  expect(await drainBacklog(3)).toBe(0)

  const refuseAgain = await refuseSales(bad)
  expect((await counter.work()).map(({ status }) => status).sort()).toEqual([
    'completed',
    'completed',
    'failed',
  ])
  expect(await counter.stock(good)).toMatchObject({ sold: 2, held: 0 })
  // What was tried before stays with pg-boss, which counts.
  await refuseAgain()
  await retryNow()
  expect(await backlogDrain()(3)).toBe(0)
  expect(await jobOf(ids[0] ?? '')).toEqual({ state: 'retry', retries: 0 })
  await counter.work()
  expect(await counter.stock(bad)).toMatchObject({ sold: 1, held: 0 })
})

test('a worker drains behind a full batch that went well, and only then', async () => {
  const drained: number[] = []
  const handle = paymentsHandler(async (size) => drained.push(size))
  await handle(unknownEvents(499))
  expect(drained).toEqual([])
  await handle(unknownEvents(500))
  expect(drained).toEqual([500])

  const city = await counter.aCity()
  await backlog(city, 1)
  const letSell = await refuseSales(city)
  const [job] = await counter.boss.fetch<{ eventId: string }>('stripe-events')
  if (!job) throw new Error('no job')
  expect(await handle([...unknownEvents(499), claimed('stripe-events', job)])).toContainEqual(
    expect.objectContaining({ id: job.id, status: 'failed' }),
  )
  expect(drained).toEqual([500])
  await letSell()
  await counter.boss.fail('stripe-events', job.id)
  await retryNow()
  await counter.work()
})

/** Jobs of events that are not there, with which nothing is to be done. */
function unknownEvents(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    retryCount: 0,
    payload: { eventId: `evt_unknown_${index}` },
    signal: new AbortController().signal,
  }))
}

test('it goes on at once after a rest', async () => {
  const city = await counter.aCity()
  await backlog(city, 2)
  const drainBacklog = backlogDrain(0)
  const letSell = await refuseSales(city)
  expect(await drainBacklog(2)).toBe(0)
  await letSell()
  expect(await drainBacklog(2)).toBe(2)
})

test('events that Stripe has to be asked about are left, and those beside them are not', async () => {
  const city = await counter.aCity()
  const asking = (await paidWithAnotherAmount(city)).events.find(
    ({ type }) => type === 'checkout.session.completed',
  )
  if (!asking) throw new Error('no event')
  await counter.deliver(asking)
  await backlog(city, 2)
  expect(await backlogDrain()(3)).toBe(2)
  expect(await jobOf(asking.id)).toEqual(untouched)
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
  expect(await counter.work()).toMatchObject([{ status: 'completed' }])
  expect(await jobOf(asking.id)).toBeUndefined()
})

test('drained by three loops while pg-boss fetches, each payment sells once', async () => {
  const city = await counter.aCity()
  await backlog(city, 24)
  const drainBacklog = backlogDrain()
  const fetchSome = async () => {
    for (let times = 0; times < 4; times++) {
      const jobs = await counter.boss.fetch('stripe-events', { batchSize: 2 })
      const outcomes = await workBatch(counter.boss, 'stripe-events', jobs)
      expect(outcomes.filter(({ status }) => status !== 'completed')).toEqual([])
    }
  }
  const drained = await Promise.all([drainBacklog(2), drainBacklog(2), drainBacklog(2), fetchSome()])
  expect(drained.slice(0, 3)).not.toContain(0)
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 24, held: 0 })
  const [ledger] = await counter.rows(
    sql<{ rows: number; payments: number }>`
      select count(*)::int as rows, count(distinct payment_id)::int as payments
      from inventory_transactions where city_id = ${city} and payment_id is not null`,
  )
  expect(ledger).toEqual({ rows: 24, payments: 24 })
})

test('jobs of a worker that was killed wait for nobody: another gets them at once, as never tried', async () => {
  const city = await counter.aCity()
  const ids = await backlog(city, 2)
  await counter.owner.query('begin')
  await counter.owner.query(`select 1 from inventory where city_id = '${city}' for update`)
  const draining = backlogDrain()(2)
  await until(async () => (await waiting()) > 0)
  expect(await counter.boss.fetch('stripe-events', { batchSize: 2 })).toEqual([])
  await killWaiting()
  expect(await draining).toBe(0)
  await counter.owner.query('rollback')
  expect(await Promise.all(ids.map(jobOf))).toEqual(ids.map(() => untouched))
  expect((await counter.work()).map(({ status }) => status)).toEqual(['completed', 'completed'])
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

test('jobs that somebody else has in hand are passed over, and nobody waits for them', async () => {
  const city = await counter.aCity()
  const [first = '', second = ''] = await backlog(city, 2)
  await counter.owner.query('begin')
  await counter.owner.query(
    `select from pgboss.job where name = 'stripe-events' and data ->> 'eventId' = $1 for update`,
    [first],
  )
  expect(await backlogDrain()(2)).toBe(1)
  await counter.owner.query('rollback')
  expect([await jobOf(first), await jobOf(second)]).toEqual([untouched, undefined])
  expect((await counter.work()).map(({ status }) => status)).toEqual(['completed'])
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

const waitingForLock = sql`
  from pg_stat_activity
  where datname = current_database() and usename = current_user and wait_event_type = 'Lock'`

/** How many of the product's connections wait for a lock. */
async function waiting(): Promise<number> {
  const [row] = await counter.rows(sql<{ count: number }>`select count(*)::int as count ${waitingForLock}`)
  return row?.count ?? 0
}

/** Ends those connections, as the death of their process does. */
async function killWaiting(): Promise<void> {
  await counter.rows(sql`select pg_terminate_backend(pid) ${waitingForLock}`)
}
