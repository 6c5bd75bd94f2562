import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentHold } from '@/app/presenters/ticket-page'
import { presentUnpaidCheckout } from '@/app/presenters/unpaid-checkout'
import { cancelCheckout } from '@/lib/checkout/cancel-checkout'
import { releaseHold } from '@/lib/checkout/release-hold'
import { continueCheckout } from '@/lib/checkout/start-checkout'
import { sweepReservations } from '@/lib/checkout/sweep'
import { getCityById } from '@/lib/cities'
import { database } from '@/lib/database'
import { type Order, ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()
const here = { address: null, publicUrl: 'http://localhost:3000' }

/** Seats whose page Stripe did not make in time: it makes none any more that ends so soon. */
async function heldWithoutPage(cityId: string, order: Partial<Order> = {}) {
  const visitorToken = randomUUID()
  await counter.control.fault({ match: 'POST /v1/checkout/sessions', kind: 'status', status: 503, times: 99 })
  await counter.checkout(cityId, { ...order, token: visitorToken })
  const held = await shown(cityId, visitorToken)
  await counter.control.clearFaults()
  await counter.advance(2)
  return { ...here, cityId, reservationId: held?.reservationId ?? '', visitorToken }
}

async function shown(cityId: string, visitorToken: string) {
  const city = await getCityById(cityId)
  if (!city) throw new Error('no such city')
  return presentHold(city, visitorToken, new Date())
}

test('a hold is offered for payment until its end; then, though nobody sweeps it, it is said to be over', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const { url } = await counter.opened(city, { quantity: 2, token })
  const fresh = await shown(city, token)
  expect(fresh).toMatchObject({ tier: 'ga', quantity: 2, payUrl: url })
  expect(fresh?.secondsLeft).toBeGreaterThan(14 * 60)
  expect(fresh?.secondsLeft).toBeLessThanOrEqual(15 * 60)
  await counter.advance(15)
  expect(await shown(city, token)).toMatchObject({ quantity: 2, secondsLeft: 0, payUrl: null })
  // Its page at Stripe has ended by now, and the time in which news of a payment may come.
  await counter.advance(27)
  expect(await shown(city, token)).toBeNull()
})

test('whoever comes back from the page of a checkout that they changed sees what they hold now', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const { reservationId } = await counter.opened(city, { quantity: 1, token })
  const changed = await counter.opened(city, { quantity: 2, token })
  const back = { cityId: city, reservationId, visitorToken: token, now: new Date() }
  const hold = { reservationId: changed.reservationId, quantity: 2, payUrl: changed.url }
  expect(await presentUnpaidCheckout(back)).toMatchObject({ hold, sessionId: null })
  for (const visitorToken of [randomUUID(), null]) {
    expect(await presentUnpaidCheckout({ ...back, visitorToken })).toEqual({ hold: null, sessionId: null })
  }
  const other = await counter.aCity()
  for (const cityId of [other, 'no-such-city', '\0', null]) {
    expect(await presentUnpaidCheckout({ ...back, cityId })).toEqual({ hold: null, sessionId: null })
  }
})

test('a hold that has run out is told of by its name, swept or not, and to nobody else', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const { reservationId } = await counter.opened(city, { quantity: 2, token })
  const back = { cityId: city, reservationId, visitorToken: token, now: new Date() }
  const ranOut = { hold: { reservationId, tier: 'ga', quantity: 2, secondsLeft: 0, payUrl: null } }
  await counter.advance(42)
  expect(await presentUnpaidCheckout(back)).toMatchObject(ranOut)
  await sweepReservations()
  expect(await presentUnpaidCheckout(back)).toMatchObject(ranOut)
  const other = await counter.aCity()
  for (const strange of [{ visitorToken: randomUUID() }, { visitorToken: null }, { cityId: other }]) {
    expect(await presentUnpaidCheckout({ ...back, ...strange })).toMatchObject({ hold: null })
  }
  // Seats that they hold again come first.
  const again = await counter.opened(city, { quantity: 1, token })
  expect(await presentUnpaidCheckout(back)).toMatchObject({ hold: { reservationId: again.reservationId } })
})

test.each([
  ['before its end', 1],
  ['after it', 20],
])('of a hold that was given back or paid, nobody says %s that it has run out', async (_, minutes) => {
  const city = await counter.aCity()
  const [token, payer] = [randomUUID(), randomUUID()]
  const { reservationId } = await counter.opened(city, { token })
  const { reservationId: bought, sessionId } = await counter.opened(city, { token: payer })
  expect(await cancelCheckout({ reservationId, visitorToken: token })).toMatchObject({ ok: true })
  const { events } = await counter.control.pay(sessionId)
  await counter.handle(...events)
  await counter.advance(minutes)
  const back = { cityId: city, reservationId, visitorToken: token, now: new Date() }
  expect(await presentUnpaidCheckout(back)).toEqual({ hold: null, sessionId: null })
  const paid = { ...back, reservationId: bought, visitorToken: payer }
  expect(await presentUnpaidCheckout(paid)).toEqual({ hold: null, sessionId })
})

test.each([
  {
    what: 'a change',
    start: (city: string, token: string) => counter.checkout(city, { quantity: 1, token }),
  },
  {
    what: 'giving it back',
    start: async (_: string, visitorToken: string, reservationId: string) =>
      cancelCheckout({ reservationId, visitorToken }),
  },
  {
    what: 'a release by an admin',
    start: async (city: string, _: string, id: string) =>
      releaseHold(city, id, { actor: 'nate@example.com', authorizedBy: 'Nate', reason: 'no-show' }),
  },
])('after $what that Stripe did not answer, the page is offered again', async ({ start }) => {
  const city = await counter.aCity({ ga: 2 })
  const order = { quantity: 2, token: randomUUID() }
  const { url, reservationId } = await counter.opened(city, order)
  await counter.control.fault({
    match: 'POST /v1/checkout/sessions/*/expire',
    kind: 'status',
    status: 503,
    times: 10,
  })
  expect(await start(city, order.token, reservationId)).toMatchObject({ code: 'payment_unavailable' })
  expect(await shown(city, order.token)).toMatchObject({ quantity: 2, payUrl: null })
  await counter.advance(3)
  expect(await shown(city, order.token)).toMatchObject({ quantity: 2, payUrl: url })
  // Who may buy no seats any more may still pay for those that they hold.
  await sql`update cities set sale_state = 'paused' where id = ${city}`.execute(database())
  expect(await counter.checkout(city, order)).toMatchObject({ ok: true, url })
  await sql`update cities set sale_state = 'on_sale' where id = ${city}`.execute(database())
  await counter.control.clearFaults()
  expect(await counter.opened(city, order)).not.toMatchObject({ url })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test('the page that Stripe did not make is asked for again as the seats were held, whatever they cost by now', async () => {
  const city = await counter.aCity({ ga: 2 })
  const token = randomUUID()
  await counter.control.fault({ match: 'POST /v1/checkout/sessions', kind: 'status', status: 503, times: 99 })
  const order = { quantity: 2, email: 'ada@example.com', token }
  expect(await counter.checkout(city, order)).toMatchObject({ code: 'payment_unavailable' })
  const held = await shown(city, token)
  expect(held).toMatchObject({ quantity: 2, payUrl: null })
  const again = { ...here, cityId: city, reservationId: held?.reservationId ?? '', visitorToken: token }
  expect(await continueCheckout(again)).toMatchObject({ code: 'payment_unavailable' })
  await sql`update prices set amount_cents = 120000 where city_id = ${city}`.execute(database())
  await counter.control.clearFaults()
  const opened = await continueCheckout(again)
  expect(opened).toMatchObject({ ok: true, reservationId: again.reservationId })
  expect(await shown(city, token)).toMatchObject({ payUrl: opened.ok && opened.url })
  const { sessions } = await counter.control.snapshot()
  const mine = sessions.filter((one) => one.client_reference_id === again.reservationId)
  expect(mine).toMatchObject([{ amount_total: 200_000, customer_email: 'ada@example.com' }])
  expect(await continueCheckout(again)).toEqual(opened)
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test('where Stripe makes no page of a hold any more, the same seats get a new one', async () => {
  const city = await counter.aCity({ ga: 1 })
  const again = await heldWithoutPage(city, { email: 'ada@example.com' })
  const opened = await continueCheckout(again)
  if (!opened.ok) throw new Error(opened.code)
  expect(opened.reservationId).not.toBe(again.reservationId)
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
  // By its old name it is asked for no more.
  expect(await continueCheckout(again)).toMatchObject({ ok: false, code: 'in_conflict' })
})

test('where they cost something else by now, their buyer is told first, and agrees by trying once more', async () => {
  const city = await counter.aCity({ ga: 2 })
  const again = await heldWithoutPage(city, { quantity: 2, email: 'ada@example.com' })
  await setPrice(120_000)
  const told = {
    ok: false,
    code: 'in_conflict',
    message: 'The price has changed: a GA seat costs $1,200 now. Press the button again to buy at this price',
    field: 'tier',
    shownPrice: '120000 usd',
  }
  expect(await continueCheckout(again)).toEqual(told)
  expect(await continueCheckout(again)).toEqual(told)
  expect(await shown(city, again.visitorToken)).toMatchObject({ reservationId: again.reservationId })
  // What they agreed to is not what it costs by now.
  await setPrice(130_000)
  expect(await continueCheckout({ ...again, shownPrice: '120000 usd' })).toMatchObject({
    shownPrice: '130000 usd',
  })
  const opened = await continueCheckout({ ...again, shownPrice: '130000 usd' })
  if (!opened.ok) throw new Error(opened.code)
  const { sessions } = await counter.control.snapshot()
  expect(sessions.filter(({ id }) => id === opened.sessionId)).toMatchObject([
    { amount_total: 260_000, customer_email: 'ada@example.com' },
  ])
  expect(await counter.stock(city)).toMatchObject({ held: 2 })

  async function setPrice(cents: number) {
    await sql`update prices set amount_cents = ${cents} where city_id = ${city} and tier = 'ga'`.execute(
      database(),
    )
  }
})

test('where the city is not on sale any more, that is said, and not what they cost by now', async () => {
  const city = await counter.aCity()
  const again = await heldWithoutPage(city)
  await sql`update prices set amount_cents = 120000 where city_id = ${city}`.execute(database())
  await sql`update cities set sale_state = 'paused' where id = ${city}`.execute(database())
  expect(await continueCheckout(again)).toMatchObject({ ok: false, code: 'not_on_sale' })
})

test('no page is made of a hold that is given back, or that is another visitor’s', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const { reservationId } = await counter.opened(city, { token })
  const mine = { ...here, cityId: city, reservationId, visitorToken: token }
  expect(await continueCheckout({ ...mine, visitorToken: randomUUID() })).toMatchObject({
    code: 'in_conflict',
  })
  expect(await continueCheckout({ ...mine, cityId: 'no-such-city' })).toMatchObject({ code: 'unknown_city' })
  expect(await cancelCheckout({ reservationId, visitorToken: token })).toMatchObject({ ok: true })
  expect(await continueCheckout(mine)).toMatchObject({ code: 'in_conflict' })
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
})

test('seats in a city that was archived meanwhile are still shown, paid for and given back', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const { reservationId, url } = await counter.opened(city, { quantity: 2, token })
  await sql`update cities set archived_at = app_now() where id = ${city}`.execute(database())
  const back = { cityId: city, reservationId, visitorToken: token, now: new Date() }
  const hold = { reservationId, quantity: 2, payUrl: url }
  expect(await presentUnpaidCheckout(back)).toMatchObject({ hold, sessionId: null })
  expect(await cancelCheckout({ reservationId, visitorToken: token })).toMatchObject({ ok: true })
  expect(await presentUnpaidCheckout(back)).toEqual({ hold: null, sessionId: null })
})
