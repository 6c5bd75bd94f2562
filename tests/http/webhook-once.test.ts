import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPaymentPage, webhookUrl } from '@/tests/support/buyers'
import { openShop } from '@/tests/support/open-shop'
import type { Shop } from '@/tests/support/shop'
import { readStock, unsound } from '@/tests/support/stock'
import { until } from '@/tests/support/until'

/** The tests of this file follow one another: one event, over days. */

const cityId = 'dallas-jan-2026'

let shop: Shop
let eventId: string

beforeAll(async () => {
  shop = await openShop()
  await shop.standIn.control.setWebhooks({ urls: shop.webs.map(webhookUrl), deliver: 'manual' })
  eventId = await paidEvent()
})

afterAll(() => shop?.close())

test('an event that comes 20 times at once to two web processes is one sale', async () => {
  await deliverTwentyTimes()
  await everythingHandled()
  await expectOneSale()
})

test('the same again after a worker was killed and replaced', async () => {
  await shop.worker.kill()
  await deliverTwentyTimes()
  await shop.startWorker()
  await everythingHandled()
  await expectOneSale()
})

test.each([3, 31])('the same again after %d days, when the queue has forgotten its job', async (days) => {
  await shop.sql(`update app_clock set shift = make_interval(days => $1)`, [days])
  await shop.standIn.control.setClock(new Date(Date.now() + days * 86_400_000).toISOString())
  await shop.sql(`delete from pgboss.job where name = 'stripe-events'`)
  await deliverTwentyTimes()
  await everythingHandled()
  await expectOneSale()
})

/** Somebody has paid for a seat; Stripe has not told us yet. */
async function paidEvent(): Promise<string> {
  const sessionId = await openPaymentPage(shop.webs[0].origin, { cityId, tier: 'ga', quantity: 1 })
  const { events } = await shop.standIn.control.pay(sessionId)
  const completed = events.find(({ type }) => type === 'checkout.session.completed')
  return completed?.id ?? ''
}

/** Ten times to each web process, all at once. */
async function deliverTwentyTimes(): Promise<void> {
  const attempts = await shop.standIn.control.deliver(eventId, { times: 10 })
  expect(attempts.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
}

/** A later event, of another buyer who lets the page expire, has been through the queue: so has all before it. */
async function everythingHandled(): Promise<void> {
  const sessionId = await openPaymentPage(shop.webs[1].origin, { cityId, tier: 'ga', quantity: 1 })
  const { events } = await shop.standIn.control.expire(sessionId)
  for (const { id } of events) await shop.standIn.control.deliver(id)
  await until(async () => {
    const waiting = `select id from stripe_events where state = 'received'
      union all select data ->> 'eventId' from pgboss.job where name = 'stripe-events' and state < 'completed'`
    return (await shop.rows(waiting)).length === 0
  })
}

async function expectOneSale(): Promise<void> {
  const stock = await readStock(shop)
  expect(unsound(stock)).toEqual([])
  expect(stock.find((row) => row.cityId === cityId && row.tier === 'ga')).toMatchObject({ sold: 1, held: 0 })
  const sales = await shop.rows(`select id from inventory_transactions where operation = 'decrement'`)
  expect(sales).toHaveLength(1)
  const events = await shop.rows(`select state from stripe_events where id = $1`, [eventId])
  expect(events).toEqual([{ state: 'processed' }])
  expect(await shop.rows(`select id from payment_exceptions`)).toEqual([])
}
