import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, database } from '@/lib/database'
import { enqueue, stopQueueSender } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import { auditDifferences } from '@/tests/support/audit-differences'
import { askToPay, payingInTurn } from '@/tests/support/buyers'
import { untilNothingWaits } from '@/tests/support/nothing-waits'
import { openShop } from '@/tests/support/open-shop'
import type { Shop } from '@/tests/support/shop'
import { forgedLedgerRows, readStock, unsound, watchStock } from '@/tests/support/stock'
import { until } from '@/tests/support/until'

const cityId = 'dallas-jan-2026'
/** 35 GA and 15 VIP. */
const seats = 50
const completed = 'checkout.session.completed'

let shop: Shop
let pay: ReturnType<typeof payingInTurn>

beforeAll(async () => {
  shop = await openShop({ workers: 2 })
  pay = payingInTurn(shop)
  process.env.DATABASE_URL = shop.database.appUrl
})

afterAll(async () => {
  await stopQueueSender()
  await closeDatabase()
  await shop?.close()
})

test('C32: 300 buyers for 50 seats, a web process and a worker killed, every tenth webhook lost', async () => {
  const { control } = shop.standIn
  const types = [completed]
  await control.addDeliveryRule({ kind: 'drop', every: 10, countsAs: 'delivered', types })
  const watch = watchStock(shop)
  const paid: string[] = []
  const buyers = Promise.all(Array.from({ length: 300 }, (_, place) => buy(place, paid)))
  await until(() => paid.length >= 10, 60_000)
  await Promise.all([shop.webs[1].kill(), shop.worker.kill()])
  await Promise.all([shop.startWeb(Number(new URL(shop.webs[1].origin).port)), shop.startWorker()])
  await buyers
  await control.whenIdle(60_000)
  await untilNothingWaits(shop, 90_000)
  const told = await shop.rows('select id from stripe_events where type = $1', [completed])
  expect(told).toHaveLength(seats - 5)

  await enqueue(database(), 'stripe-reconcile', [{}])
  wakeWorkers('stripe-reconcile')
  await untilNothingWaits(shop, 90_000)

  expect(new Set(paid).size).toBe(seats)
  const payments = await shop.rows<{ id: string; state: string; seats: number }>(
    `select session_id as id, state, seats_sold as seats from payments where session_id is not null`,
  )
  expect(payments.map(({ id }) => id).sort()).toEqual([...paid].sort())
  expect(payments.filter(({ state, seats }) => state !== 'sold' || seats !== 1)).toEqual([])
  expect(await shop.rows('select id from payment_exceptions')).toEqual([])
  const stock = await readStock(shop)
  expect(unsound(stock)).toEqual([])
  expect(stock.filter((row) => row.cityId === cityId)).toMatchObject([
    { tier: 'ga', sold: 35, held: 0 },
    { tier: 'vip', sold: 15, held: 0 },
  ])
  expect((await watch.stop()).unsound).toEqual([])
  expect(await forgedLedgerRows(shop)).toEqual([])
  expect(await auditDifferences()).toEqual([])
})

/** One seat, asked for at either web process until there is an answer. Whoever gets a payment page pays. */
async function buy(place: number, paid: string[]): Promise<void> {
  const holdToken = randomUUID()
  const tier = place % 10 < 3 ? 'vip' : 'ga'
  for (let tries = place; ; tries++) {
    const { origin } = shop.webs[tries % 2] ?? shop.webs[0]
    // Null: the process was killed before it answered.
    const answer = await askToPay(origin, { cityId, tier, quantity: 1, holdToken }).catch(() => null)
    if (answer?.sessionId) {
      await pay(answer.sessionId)
      paid.push(answer.sessionId)
      return
    }
    if (answer?.status === 409) return
    await delay(100)
  }
}
