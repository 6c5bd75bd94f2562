import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  askToPay,
  openPaymentPage,
  payingInTurn,
  webhookUrl,
  type CheckoutAnswer,
} from '@/tests/support/buyers'
import { openShop } from '@/tests/support/open-shop'
import type { Shop } from '@/tests/support/shop'
import { forgedLedgerRows, readStock, watchStock, type StockWatch } from '@/tests/support/stock'
import { until } from '@/tests/support/until'

/** Two web processes and two workers on one database; each city has 35 GA seats. */
let shop: Shop
let pay: ReturnType<typeof payingInTurn>
let watch: StockWatch

beforeAll(async () => {
  shop = await openShop({ workers: 2 })
  pay = payingInTurn(shop)
})

beforeEach(() => {
  watch = watchStock(shop)
})

afterEach(async () => {
  const { looks, unsound } = await watch.stop()
  expect(unsound, 'stock that must never be').toEqual([])
  expect(looks).toBeGreaterThan(5)
  expect(await forgedLedgerRows(shop)).toEqual([])
})

afterAll(() => shop?.close())

test.each([
  { buyers: 50, cityId: 'dallas-jan-2026' },
  { buyers: 100, cityId: 'atlanta-feb-2026' },
  { buyers: 200, cityId: 'vegas-mar-2026' },
])('$buyers buyers at once get exactly 35 seats, the others are told why', async ({ buyers, cityId }) => {
  const answers = await rush(buyers, cityId)
  expectSold(answers, 35)
  await allSold(cityId, 35)
  const urls = (await shop.standIn.control.deliveries()).map(({ url }) => url)
  expect(new Set(urls)).toEqual(new Set(shop.webs.map(webhookUrl)))
})

test('of 20 buyers at the same instant one gets the last seat, and asking again keeps that one hold', async () => {
  const cityId = 'nyc-apr-2026'
  for (const quantity of [10, 10, 10, 4]) {
    await pay(await openPaymentPage(shop.webs[0].origin, { cityId, tier: 'ga', quantity }))
  }
  await allSold(cityId, 34)

  const tokens = Array.from({ length: 20 }, () => randomUUID())
  const answers = await Promise.all(tokens.map((holdToken, place) => ask(cityId, { holdToken, place })))
  expectSold(answers, 1)
  const winner = answers.findIndex(({ status }) => status === 201)
  const again = await Promise.all([0, 1].map((place) => ask(cityId, { holdToken: tokens[winner], place })))
  for (const answer of again) expect(answer.sessionId).toBe(answers[winner]?.sessionId)
  expect(await pool(cityId)).toMatchObject({ sold: 34, held: 1 })

  await pay(answers[winner]?.sessionId ?? '')
  await allSold(cityId, 35)
})

/** All ask at the same instant; whoever gets a payment page pays at once. */
async function rush(buyers: number, cityId: string): Promise<CheckoutAnswer[]> {
  return Promise.all(
    Array.from({ length: buyers }, async (_, place) => {
      const answer = await ask(cityId, { place })
      if (answer.sessionId) await pay(answer.sessionId)
      return answer
    }),
  )
}

function ask(
  cityId: string,
  { place, holdToken = randomUUID() }: { place: number; holdToken?: string },
): Promise<CheckoutAnswer> {
  const { origin } = shop.webs[place % 2] ?? shop.webs[0]
  return askToPay(origin, { cityId, tier: 'ga', quantity: 1, holdToken })
}

/** So many got a page of their own; all others heard that GA is sold out, and no more than that. */
function expectSold(answers: readonly CheckoutAnswer[], seats: number): void {
  const pages = answers.flatMap(({ sessionId }) => sessionId ?? [])
  expect(new Set(pages).size).toBe(pages.length)
  expect(pages).toHaveLength(seats)
  const refused = answers.filter(({ sessionId }) => sessionId === null)
  for (const { status, body } of refused) {
    expect(status).toBe(409)
    expect(body).toEqual({
      success: false,
      error: 'GA is sold out for now; a seat may come back',
      code: 'insufficient_stock',
      requestId: expect.any(String) as unknown,
      data: { available: 0 },
    })
  }
}

/** Every payment became a sale and nothing stays held. */
async function allSold(cityId: string, seats: number): Promise<void> {
  await shop.standIn.control.whenIdle()
  await until(async () => (await pool(cityId))?.held === 0)
  expect(await pool(cityId)).toMatchObject({ sold: seats, soldByLedger: seats, soldByPayments: seats })
  expect(await shop.rows(`select id from payment_exceptions`)).toEqual([])
}

async function pool(cityId: string) {
  return (await readStock(shop)).find((row) => row.cityId === cityId && row.tier === 'ga')
}
