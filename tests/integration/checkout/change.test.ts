import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cancelCheckout } from '@/lib/checkout/cancel-checkout'
import { findVisitorsHold } from '@/lib/checkout/reservations'
import { sweepReservations } from '@/lib/checkout/sweep'
import { visitorHash } from '@/lib/checkout/visitor-hash'
import type { Price } from '@/lib/cities'
import { database } from '@/lib/database'
import { expandCapacity, setHiddenSale } from '@/lib/inventory/admin'
import { issueLink } from '@/lib/links/issue-link'
import { stripe } from '@/lib/stripe/client'
import { somebody } from '@/tests/support/accounts'
import { expectSound, ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

async function live(city: string) {
  return counter.rows(
    sql<{ quantity: number; tier: string }>`
      select quantity, tier from reservations where city_id = ${city} and status = 'held' order by created_at`,
  )
}

async function setPrice(city: string, price: Price) {
  await sql`update prices set amount_cents = ${price.amountCents}, currency = ${price.currency},
    stripe_price_id = ${price.stripePriceId} where city_id = ${city} and tier = 'ga'`.execute(database())
}

/** Makes sure that there are 5 hidden seats more, and says who reaches them. */
async function sellHidden(city: string, hiddenSale: 'open' | 'private') {
  const admin = { authorizedBy: 'tests' }
  if ((await counter.stock(city)).actual < 5) await expandCapacity(city, 'ga', 5, admin)
  await setHiddenSale(city, 'ga', hiddenSale, admin)
}

/** What the buyer pays on a page of Stripe's. */
async function total(sessionId: string) {
  const { amount_subtotal, currency } = await stripe().checkout.sessions.retrieve(sessionId)
  return { amount: amount_subtotal, currency }
}

test.each([
  { from: 2, to: 5 },
  { from: 5, to: 2 },
])('from $from to $to seats: the old page is closed, the new one made', async ({ from, to }) => {
  const city = await counter.aCity({ ga: 5 })
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: from, token })
  const changed = await counter.opened(city, { quantity: to, token })
  expect(await counter.pageOf(old.sessionId)).toBe('expired')
  expect(await counter.pageOf(changed.sessionId)).toBe('open')
  expect(await live(city)).toEqual([{ quantity: to, tier: 'ga' }])
  expect(await counter.stock(city)).toMatchObject({ held: to })
})

test('to another tier: the seats there are held before the old ones go', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 2, token })
  await counter.opened(city, { quantity: 3, ticketType: 'VIP', token })
  expect(await counter.pageOf(old.sessionId)).toBe('expired')
  expect(await live(city)).toEqual([{ quantity: 3, tier: 'vip' }])
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(await counter.stock(city, 'vip')).toMatchObject({ held: 3 })
})

test('after a bank debit that failed, with its webhooks lost: its seats are changed like those of any other', async () => {
  const city = await counter.aCity({ ga: 2 })
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 2, token })
  await counter.control.pay(old.sessionId, { method: 'debit' })
  await counter.control.settle(old.sessionId, 'fail')
  const changed = await counter.opened(city, { quantity: 1, token })
  expect(await counter.pageOf(changed.sessionId)).toBe('open')
  expect(await live(city)).toEqual([{ quantity: 1, tier: 'ga' }])
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
})

test('a new price: the old page is closed, and the same seats are on one that asks for it', async () => {
  const city = await counter.aCity({ ga: 2 })
  const order = { quantity: 2, token: randomUUID() }
  const old = await counter.opened(city, order)
  expect(await counter.opened(city, order)).toEqual(old)
  await setPrice(city, { amountCents: 80_000, currency: 'usd', stripePriceId: null })
  const cheaper = await counter.opened(city, order)
  expect(await counter.pageOf(old.sessionId)).toBe('expired')
  expect(await total(cheaper.sessionId)).toEqual({ amount: 160_000, currency: 'usd' })
  expect(await counter.opened(city, order)).toEqual(cheaper)
  // The same number, of a currency whose smallest unit it is.
  await setPrice(city, { amountCents: 80_000, currency: 'jpy', stripePriceId: null })
  const inYen = await counter.opened(city, order)
  expect(await counter.pageOf(cheaper.sessionId)).toBe('expired')
  expect(await total(inYen.sessionId)).toEqual({ amount: 160_000, currency: 'jpy' })
  expect(await counter.opened(city, order)).toEqual(inYen)
  expect(await live(city)).toEqual([{ quantity: 2, tier: 'ga' }])
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test('a price that Stripe keeps: the same page, until it is another of Stripe’s', async () => {
  const city = await counter.aCity({ ga: 2 })
  const order = { quantity: 2, token: randomUUID() }
  const atStripe = async (cents: number) => {
    const product_data = { name: 'GA' }
    const { id } = await stripe().prices.create({ currency: 'usd', unit_amount: cents, product_data })
    // What it says here is what the owner wrote beside it.
    await setPrice(city, { amountCents: 100_000, currency: 'usd', stripePriceId: id })
  }
  await atStripe(100_000)
  const old = await counter.opened(city, order)
  expect(await counter.opened(city, order)).toEqual(old)
  await atStripe(80_000)
  const changed = await counter.opened(city, order)
  expect(await counter.pageOf(old.sessionId)).toBe('expired')
  expect(await total(changed.sessionId)).toEqual({ amount: 160_000, currency: 'usd' })
  expect(await counter.opened(city, order)).toEqual(changed)
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test.each([{ ticketType: 'GA' }, { ticketType: 'VIP' }])(
  'no seats for the change ($ticketType): the old checkout stays',
  async ({ ticketType }) => {
    const city = await counter.aCity({ ga: 3, vip: 2 })
    const token = randomUUID()
    const old = await counter.opened(city, { quantity: 2, token })
    const answer = await counter.checkout(city, { quantity: 4, ticketType, token })
    expect(answer).toMatchObject({ ok: false, code: 'insufficient_stock' })
    expect(await counter.pageOf(old.sessionId)).toBe('open')
    expect(await live(city)).toEqual([{ quantity: 2, tier: 'ga' }])
  },
)

test('too many more: the buyer is told how many they can have, their own among them', async () => {
  const city = await counter.aCity({ ga: 3, vip: 1 })
  const token = randomUUID()
  await counter.opened(city, { quantity: 2, token })
  expect(await counter.checkout(city, { quantity: 5, token })).toMatchObject({
    code: 'insufficient_stock',
    message: 'Only 3 GA tickets available, but 5 requested',
    available: 1,
  })
  // Seats of the other tier are no help there.
  expect(await counter.checkout(city, { quantity: 5, ticketType: 'VIP', token })).toMatchObject({
    message: 'Only 1 VIP tickets available, but 5 requested',
  })
  await counter.opened(city, { quantity: 3, token })
})

test('not on sale any more: the old checkout stays, also for fewer seats', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 2, token })
  await sql`update cities set sale_state = 'paused' where id = ${city}`.execute(database())
  for (const quantity of [1, 3]) {
    expect(await counter.checkout(city, { quantity, token })).toMatchObject({
      ok: false,
      code: 'not_on_sale',
    })
  }
  expect(await counter.pageOf(old.sessionId)).toBe('open')
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test.each([
  { change: 'fewer seats', order: { quantity: 1 } },
  { change: 'another address', order: { quantity: 2, email: 'ada@example.com' } },
])(
  '$change of hidden ones that only links sell by now: they are the buyer’s, and no more are',
  async ({ order }) => {
    const city = await counter.aCity({ ga: 1 })
    await sellHidden(city, 'open')
    const token = randomUUID()
    await counter.opened(city, { quantity: 1 })
    const old = await counter.opened(city, { quantity: 2, token })
    await sellHidden(city, 'private')
    await counter.opened(city, { ...order, token })
    expect(await counter.pageOf(old.sessionId)).toBe('expired')
    expect(await counter.stock(city)).toMatchObject({ held: 1 + order.quantity })
    expect(await counter.checkout(city, { quantity: 3, token })).toMatchObject({ code: 'insufficient_stock' })
    expect(await counter.stock(city)).toMatchObject({ held: 1 + order.quantity })
  },
)

test('fewer seats of a link without the link: they stay the link’s, and the old checkout stays', async () => {
  const city = await counter.aCity({ ga: 1 })
  await sellHidden(city, 'private')
  await counter.opened(city, { quantity: 1 })
  const issued = await issueLink({ cityId: city, tier: 'ga', seats: 2, days: 7 }, somebody)
  if (!issued.ok) throw new Error(issued.code)
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 2, token, link: issued.value.token })
  expect(await counter.checkout(city, { quantity: 1, token })).toMatchObject({ code: 'insufficient_stock' })
  expect(await counter.pageOf(old.sessionId)).toBe('open')
})

test.each([
  { elsewhere: 9, wanted: 2 },
  // The address has room for the extra seats, and not for the whole order.
  { elsewhere: 6, wanted: 5 },
])(
  'an address that holds $elsewhere already: the old checkout stays, and nothing beside it',
  async ({ elsewhere, wanted }) => {
    const [city, other] = [await counter.aCity(), await counter.aCity()]
    const [token, email] = [randomUUID(), `greedy-${elsewhere}@example.com`]
    await counter.opened(other, { quantity: elsewhere, email })
    const old = await counter.opened(city, { quantity: 2, token })
    expect(await counter.checkout(city, { quantity: wanted, email, token })).toMatchObject({
      ok: false,
      code: 'hold_limit',
    })
    expect(await counter.pageOf(old.sessionId)).toBe('open')
    expect(await counter.stock(city)).toMatchObject({ held: 2 })
  },
)

test.each([
  { method: 'card', sold: 2, held: 0 },
  { method: 'debit', sold: 0, held: 2 },
] as const)(
  'paid by $method meanwhile: it is applied, the extra is dropped',
  async ({ method, sold, held }) => {
    const city = await counter.aCity()
    const token = randomUUID()
    const old = await counter.opened(city, { quantity: 2, token })
    await counter.control.pay(old.sessionId, { method })
    expect(await counter.checkout(city, { quantity: 5, token })).toMatchObject({
      ok: false,
      code: 'in_conflict',
    })
    expect(await counter.stock(city)).toMatchObject({ sold, held })
  },
)

test('seats are kept by changing for an hour, then the buyer has to pay for them or give them back', async () => {
  const city = await counter.aCity({ ga: 3 })
  const token = randomUUID()
  const change = (minute: number) =>
    counter.checkout(city, { quantity: 2, email: `m${minute}@example.com`, token })
  const secondsLeft = async () =>
    Math.round((await findVisitorsHold(city, visitorHash(token)))?.secondsLeft ?? 0)
  const about = (minutes: number) => [minutes * 60 - 30, minutes * 60] as const
  const expectLeft = async (minutes: number) => {
    const [least, most] = about(minutes)
    expect(await secondsLeft()).toBeGreaterThanOrEqual(least)
    expect(await secondsLeft()).toBeLessThanOrEqual(most)
  }
  await counter.opened(city, { quantity: 2, token })
  for (const minute of [14, 28, 42]) {
    await counter.advance(14)
    expect(await change(minute)).toMatchObject({ ok: true })
    await expectLeft(15)
  }
  await counter.advance(11)
  const last = await change(53)
  expect(last).toMatchObject({ ok: true })
  await expectLeft(7)
  await counter.advance(3)
  const refused = {
    ok: false,
    code: 'hold_limit',
    message: expect.stringContaining('Pay for them') as string,
  }
  expect(await change(56)).toMatchObject(refused)
  // Neither of them is lost, nor are more seats taken meanwhile.
  expect(await counter.checkout(city, { quantity: 3, token })).toMatchObject(refused)
  expect(await counter.checkout(city, { quantity: 2, email: 'm53@example.com', token })).toEqual(last)
  expect(await counter.stock(city)).toMatchObject({ held: 2 })

  await counter.advance(5)
  expect(await change(61)).toMatchObject({
    code: 'hold_limit',
    message: expect.stringContaining('is over') as string,
  })
  await sweepReservations()
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  // From now on they are anybody's, this buyer's as well.
  await counter.opened(city, { quantity: 2, token })
  await expectLeft(15)
})

test('the last moment of a hold, however long they last, can be changed into a whole one', async () => {
  const city = await counter.aCity()
  await sql`update cities set hold_minutes = 90 where id = ${city}`.execute(database())
  const token = randomUUID()
  await counter.opened(city, { quantity: 1, token })
  await counter.advance(89)
  await counter.opened(city, { quantity: 2, token })
  expect((await findVisitorsHold(city, visitorHash(token)))?.secondsLeft).toBeGreaterThan(89 * 60)
})

test('a hold of the release before can be changed, and then for no longer than others', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  await counter.opened(city, { quantity: 1, token })
  await sql`update reservations set keepable_until = null where city_id = ${city}`.execute(database())
  await counter.advance(14)
  await counter.opened(city, { quantity: 2, token })
  const [kept] = await counter.rows(
    sql<{ minutes: number }>`select (extract(epoch from keepable_until - app_now()) / 60)::float8 as minutes
      from reservations where city_id = ${city} and status = 'held'`,
  )
  expect(kept?.minutes).toBeCloseTo(61, 0)
})

test('a double click on a change, 20 times: both get the new page, though only the extra seats were left', async () => {
  for (let round = 0; round < 20; round++) {
    const city = await counter.aCity({ ga: 3 })
    const token = randomUUID()
    await counter.opened(city, { quantity: 2, token })
    const both = await Promise.all([1, 2].map(() => counter.checkout(city, { quantity: 3, token })))
    expect(both.map((one) => (one.ok ? one.sessionId : one.code))).toEqual(
      both.map(() => (both[0]?.ok ? both[0].sessionId : 'a page')),
    )
    expect(await counter.stock(city)).toMatchObject({ held: 3 })
  }
})

test('two different changes at once, and a cancellation, 20 times: one hold or none, and the books fit', async () => {
  for (let round = 0; round < 20; round++) {
    const city = await counter.aCity({ ga: 6 })
    const token = randomUUID()
    const old = await counter.opened(city, { quantity: 2, token })
    await Promise.all([
      counter.checkout(city, { quantity: 3, token }),
      counter.checkout(city, { quantity: 5, token }),
      cancelCheckout({ reservationId: old.reservationId, visitorToken: token }),
    ])
    await counter.advance(20)
    await sweepReservations()
    expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  }
  await expectSound()
})
