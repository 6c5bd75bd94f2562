import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, database } from '@/lib/database'
import { enqueue, stopQueueSender } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import { openPaymentPage, payingInTurn, webhookUrl } from '@/tests/support/buyers'
import { untilNothingWaits } from '@/tests/support/nothing-waits'
import { openShop } from '@/tests/support/open-shop'
import type { Shop } from '@/tests/support/shop'
import { readStock, unsound, type StockRow } from '@/tests/support/stock'

/** Two pieces of news about the same money, or two payments for the same seat, at the same instant. */
let shop: Shop

beforeAll(async () => {
  shop = await openShop({ workers: 2 })
  process.env.DATABASE_URL = shop.database.appUrl
})

afterAll(async () => {
  await stopQueueSender()
  await closeDatabase()
  await shop?.close()
})

test('30 payments, each told by its webhook, a second kind of event and a reconciliation at once: 30 sales', async () => {
  const { control } = shop.standIn
  await control.setWebhooks({ urls: shop.webs.map(webhookUrl), deliver: 'manual' })
  const sessions = await Promise.all(Array.from({ length: 30 }, () => pageFor('dallas-jan-2026')))
  await Promise.all(
    sessions.map(async (sessionId) => {
      const { session, events } = await control.pay(sessionId)
      const second = await control.emitEvent('checkout.session.async_payment_succeeded', session)
      await Promise.all([
        ...[...events, second].map(({ id }) => control.deliver(id)),
        enqueue(database(), 'stripe-reconcile', [{ sessionId }]),
      ])
      wakeWorkers('stripe-reconcile')
    }),
  )
  await untilNothingWaits(shop, 30_000)
  const stock = await readStock(shop)
  expect(unsound(stock)).toEqual([])
  expect(poolOf(stock, 'dallas-jan-2026')).toMatchObject({ sold: 30, held: 0 })
  expect(await sales()).toEqual(sessions.map((session_id) => ({ session_id })).sort(bySession))
  expect(await shop.rows(`select kind from payment_exceptions`)).toEqual([])
})

test('two payments for the last seat, both holds gone: one sale, one exception', async () => {
  const cityId = 'nyc-apr-2026'
  const pay = payingInTurn(shop)
  await shop.standIn.control.setWebhooks({ deliver: 'auto' })
  await pay(await pageFor(cityId, 10))
  await pay(await pageFor(cityId, 10))
  await pay(await pageFor(cityId, 10))
  await pay(await pageFor(cityId, 4))
  await shop.standIn.control.whenIdle()
  await untilNothingWaits(shop, 30_000)

  // Without a worker nobody expires their pages at Stripe; the second hold takes the seat of the first, which lapsed.
  await Promise.all(shop.workers.map((worker) => worker.stop()))
  const first = await pageFor(cityId)
  await hoursPass(1)
  const second = await pageFor(cityId)
  await hoursPass(2)
  await Promise.all([pay(first), pay(second)])
  await shop.standIn.control.whenIdle()
  const statuses = (await shop.standIn.control.deliveries()).map(({ status }) => status)
  expect(new Set(statuses)).toEqual(new Set([200]))
  await Promise.all([shop.startWorker(), shop.startWorker()])
  await untilNothingWaits(shop, 30_000)

  const stock = await readStock(shop)
  expect(unsound(stock)).toEqual([])
  expect(poolOf(stock, cityId)).toMatchObject({ sold: 35, held: 0 })
  const payments = await shop.rows(`select state from payments where session_id = any($1) order by state`, [
    [first, second],
  ])
  expect(payments).toEqual([{ state: 'exception' }, { state: 'sold' }])
  expect(await shop.rows(`select kind, state from payment_exceptions`)).toEqual([
    { kind: 'no_seat', state: 'open' },
  ])
})

function pageFor(cityId: string, quantity = 1): Promise<string> {
  return openPaymentPage(shop.webs[0].origin, { cityId, tier: 'ga', quantity })
}

/** By the database's clock alone: at Stripe the pages stay open. */
async function hoursPass(hours: number): Promise<void> {
  await shop.sql(`update app_clock set shift = make_interval(hours => $1)`, [hours])
}

function sales(): Promise<{ session_id: string }[]> {
  return shop.rows(
    `select session_id from inventory_transactions where operation = 'decrement' order by session_id collate "C"`,
  )
}

function bySession(a: { session_id: string }, b: { session_id: string }): number {
  return a.session_id < b.session_id ? -1 : 1
}

function poolOf(stock: readonly StockRow[], cityId: string): StockRow | undefined {
  return stock.find((row) => row.cityId === cityId && row.tier === 'ga')
}
