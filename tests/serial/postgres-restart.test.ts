import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedCities } from '@/db/seed-data'
import { openPaymentPage, payingInTurn } from '@/tests/support/buyers'
import { startBuyers, startVisitors, type LoadAnswer } from '@/tests/support/load'
import { openShopWithServer, type ShopWithServer } from '@/tests/support/shop'
import { forgedLedgerRows, readStock, unsound } from '@/tests/support/stock'
import { until } from '@/tests/support/until'

/** Each has 35 GA seats. */
const cities = seedCities.map(({ id }) => id)

const paths = [
  '/',
  '/_root.data',
  '/cities/dallas-jan-2026',
  '/cities/dallas-jan-2026.data',
  '/api/inventory',
  '/api/inventory?cityId=dallas-jan-2026&validate=true&tier=ga&quantity=1',
]

let shop: ShopWithServer
let pay: ReturnType<typeof payingInTurn>

beforeAll(async () => {
  shop = await openShopWithServer({ workers: 2, durability: 'full' })
  pay = payingInTurn(shop)
})

afterAll(() => shop?.close())

test('PostgreSQL restarted, then killed with -9, under load: 503 meanwhile, and nothing is lost', async () => {
  // They have their payment page already, and pay while the database is away.
  const slow = await Promise.all(
    cities.map((cityId) => openPaymentPage(shop.webs[0].origin, { cityId, tier: 'ga', quantity: 1 })),
  )
  const visitors = startVisitors(shop, paths)
  const seats = Array.from({ length: 34 }, () => cities).flat()
  const buyers = startBuyers(shop, seats, pay)
  const answers = () => [...visitors.answers, ...buyers.answers]

  for (const fault of ['restart', 'crash'] as const) {
    const soldBefore = buyers.paid.length
    await until(() => buyers.paid.length >= soldBefore + 10)
    const seen = new Set(answers())
    const deliveriesBefore = (await shop.standIn.control.deliveries()).length
    await (fault === 'restart' ? shop.server.stop() : shop.server.crash())

    for (const sessionId of slow.splice(0, 3)) await pay(sessionId)
    await until(async () => {
      const refused = answers().filter((answer) => !seen.has(answer) && answer.status === 503)
      const deliveries = (await shop.standIn.control.deliveries()).slice(deliveriesBefore)
      return (
        new Set(refused.map(({ path }) => path)).size === paths.length + 1 &&
        deliveries.some(({ status }) => status === 503)
      )
    })
    for (const { origin } of shop.webs) {
      expect((await fetch(`${origin}/healthz`)).status).toBe(200)
      expect((await fetch(`${origin}/readyz`)).status).toBe(503)
    }
    await shop.server.start()
  }

  await buyers.done
  await everyPaymentApplied()
  await visitors.stop()
  expect(answers().filter(isUnexpected)).toEqual([])
  expect(visitors.answers.slice(-paths.length).map(({ status }) => status)).toEqual(paths.map(() => 200))
  for (const process of [...shop.webs, ...shop.workers]) expect(process.isRunning()).toBe(true)
  for (const { origin } of shop.webs) expect((await fetch(`${origin}/readyz`)).status).toBe(200)
  expect(shop.webs.flatMap((web) => web.logLines()).filter(({ level }) => level === 'error')).toEqual([])
})

/** Served, or told when to come back; nothing else. */
function isUnexpected({ status, retryAfter }: LoadAnswer): boolean {
  return status === 503 ? retryAfter === null : status !== 200 && status !== 201
}

/** Every webhook arrived in the end, each that was answered 200 is applied, and all 210 payments are sales. */
async function everyPaymentApplied(): Promise<void> {
  await shop.standIn.control.whenIdle(60_000)
  const { events, deliveries } = await shop.standIn.control.snapshot()
  expect(events.filter(({ pendingWebhooks }) => pendingWebhooks > 0)).toEqual([])
  expect(deliveries.filter(({ status }) => status !== 200 && status !== 503)).toEqual([])
  // A batch that was in hand when the database went away is taken over within 60 seconds.
  const unprocessed = `select id from stripe_events where state = 'received'`
  await until(async () => (await shop.rows(unprocessed)).length === 0, 60_000)
  const stored = await shop.rows<{ id: string }>(`select id from stripe_events`)
  expect(new Set(stored.map(({ id }) => id))).toEqual(new Set(events.map(({ id }) => id)))

  const stock = await readStock(shop)
  expect(unsound(stock)).toEqual([])
  for (const row of stock.filter(({ tier }) => tier === 'ga'))
    expect(row).toMatchObject({ sold: 35, held: 0 })
  expect(await forgedLedgerRows(shop)).toEqual([])
  expect(await shop.rows(`select id from payment_exceptions`)).toEqual([])
}
