import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedCities } from '@/db/seed-data'
import { openPaymentPage, payingInTurn } from '@/tests/support/buyers'
import { holdLock, queueForLock, workerConnections } from '@/tests/support/lock'
import { openShop } from '@/tests/support/open-shop'
import type { Shop } from '@/tests/support/shop'
import { readStock, unsound } from '@/tests/support/stock'
import { until } from '@/tests/support/until'

const cities = seedCities.map(({ id }) => id)

/** The worker's three loops may fetch a part of the events each: whichever comes first stops here. */
const everyStockRow = 'select 1 from inventory order by city_id, tier for update'

let shop: Shop
let pay: ReturnType<typeof payingInTurn>

beforeAll(async () => {
  shop = await openShop()
  pay = payingInTurn(shop)
  await shop.worker.stop()
})

afterAll(() => shop?.close())

test('killed in the middle of a batch: nothing of it happened, and another worker takes over within 60 s', async () => {
  await payForEverySeat('ga', 35)
  const lock = await holdLock(shop, everyStockRow)
  const doomed = await shop.startWorker()
  await lock.stops(workerConnections.work)
  await expect.poll(jobs).toEqual({ active: 210 })
  await doomed.kill()
  await lock.release()

  expect(await events()).toEqual({ received: 210 })
  expect(await jobs()).toEqual({ active: 210 })
  for (const row of await readStock(shop))
    expect(row).toMatchObject({ sold: 0, held: row.tier === 'ga' ? 35 : 0 })
  for (const { origin } of shop.webs) {
    const response = await fetch(`${origin}/api/inventory?cityId=dallas-jan-2026`)
    expect(await response.json()).toMatchObject({
      data: { publicAvailable: { ga: 0, vip: 15 }, isPublicSoldOut: false },
    })
  }

  const next = await shop.startWorker()
  await until(async () => (await events()).received === undefined, 60_000)
  await everyPaymentAppliedOnce('ga', 35)
  await next.stop()
})

test('killed right after the commit, before the queue was told: nothing happens again', async () => {
  await payForEverySeat('vip', 15)
  const row = await holdLock(shop, everyStockRow)
  const doomed = await shop.startWorker()
  await row.stops(workerConnections.work)
  // The batch's transaction has written to the job table, so this lock is ours as soon as it has committed.
  const table = await queueForLock(shop, `lock table ${await jobTable()} in share row exclusive mode`)
  await row.release()
  await table.taken
  await table.held.stops(workerConnections.queue)
  await doomed.kill()
  await table.held.release()
  expect(await seatsSold('vip')).toBeGreaterThan(0)
  expect(unsound(await readStock(shop))).toEqual([])

  const next = await shop.startWorker()
  await until(async () => (await events()).received === undefined, 60_000)
  await oneMoreEventHandled()
  await everyPaymentAppliedOnce('vip', 15)
  await next.stop()
})

/**
 * Buyers of single seats pay for all there are, while no worker runs: so many events wait. After that Stripe cannot
 * be asked, so that no reconciliation does the queue's work.
 */
async function payForEverySeat(tier: 'ga' | 'vip', seatsEach: number): Promise<void> {
  const { control } = shop.standIn
  await control.clearFaults()
  const seats = cities.flatMap((cityId) => Array.from({ length: seatsEach }, () => cityId))
  await Promise.all(
    seats.map(async (cityId, place) => {
      const { origin } = shop.webs[place % 2] ?? shop.webs[0]
      await pay(await openPaymentPage(origin, { cityId, tier, quantity: 1 }))
    }),
  )
  await control.whenIdle(30_000)
  await control.fault({ match: '*', kind: 'status', status: 503, times: Infinity })
  expect(await events()).toMatchObject({ received: cities.length * seatsEach })
}

async function seatsSold(tier: 'ga' | 'vip'): Promise<number> {
  const stock = await readStock(shop)
  return stock.filter((row) => row.tier === tier).reduce((seats, row) => seats + row.sold, 0)
}

async function everyPaymentAppliedOnce(tier: 'ga' | 'vip', seatsEach: number): Promise<void> {
  const stock = await readStock(shop)
  expect(unsound(stock)).toEqual([])
  for (const row of stock.filter((one) => one.tier === tier)) {
    expect(row).toMatchObject({ sold: seatsEach, held: 0 })
  }
  const [sales] = await shop.rows(
    `select count(*)::int as rows, count(distinct session_id)::int as sessions, sum(quantity)::int as seats
     from inventory_transactions where operation = 'decrement' and tier = $1`,
    [tier],
  )
  const all = cities.length * seatsEach
  expect(sales).toEqual({ rows: all, sessions: all, seats: all })
  expect(await shop.rows(`select id from payment_exceptions`)).toEqual([])
  expect(await events()).not.toHaveProperty('received')
  expect(await jobs()).toEqual({})
}

/** An event that changes nothing comes last and is done: so is all that the queue held before it. */
async function oneMoreEventHandled(): Promise<void> {
  const { control } = shop.standIn
  const { session } = await control.createSession({
    metadata: { cityId: 'dallas-jan-2026', ticketType: 'ga' },
  })
  const { events: expired } = await control.expire(session.id)
  await control.whenIdle()
  const state = `select id from stripe_events where id = $1 and state = 'processed'`
  await until(async () => (await shop.rows(state, [expired[0]?.id])).length > 0)
}

/** How many accepted events there are in each state. */
async function events(): Promise<Record<string, number>> {
  return counted(`select state, count(*)::int from stripe_events where state <> 'ignored' group by state`)
}

/** How many jobs of theirs are still to be done, by state. */
async function jobs(): Promise<Record<string, number>> {
  return counted(
    `select state::text, count(*)::int from pgboss.job where name = 'stripe-events' and state < 'completed' group by state`,
  )
}

async function counted(query: string): Promise<Record<string, number>> {
  const rows = await shop.rows<{ state: string; count: number }>(query)
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** The table of its own that the queue has. */
async function jobTable(): Promise<string> {
  const [queue] = await shop.rows<{ table: string }>(
    `select table_name as table from pgboss.queue where name = 'stripe-events'`,
  )
  return `pgboss.${queue?.table ?? ''}`
}
