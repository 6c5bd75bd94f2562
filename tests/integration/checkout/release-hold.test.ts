import { expect, test } from 'vitest'
import { findReservation } from '@/lib/checkout/reservations'
import { releaseHold } from '@/lib/checkout/release-hold'
import { releaseInventoryReservation, reserveInventory } from '@/lib/inventory'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()
const nate = { actor: 'nate@example.com', authorizedBy: 'Nate', reason: 'no-show' }

test('the buyer’s page ends at Stripe before the seats come free', async () => {
  const city = await counter.aCity()
  const { reservationId, sessionId } = await counter.opened(city, { quantity: 3 })
  expect(await releaseHold(city, reservationId, nate)).toEqual({ ok: true, seats: 3 })
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  const { sessions } = await counter.control.snapshot()
  expect(sessions.find((one) => one.id === sessionId)?.status).toBe('expired')
  expect(await findReservation(reservationId)).toMatchObject({ status: 'released' })
  expect(await releaseHold(city, reservationId, nate)).toEqual({
    ok: false,
    code: 'unchanged',
    message: 'This hold is over already',
  })
})

test('the seats are released by the admin, though Stripe tells of the closed page before it answers', async () => {
  const city = await counter.aCity()
  const { reservationId, sessionId } = await counter.opened(city, { quantity: 2 })
  await counter.control.fault({
    match: 'POST /v1/checkout/sessions/*/expire',
    kind: 'slow-after',
    delayMs: 2_000,
  })
  const released = releaseHold(city, reservationId, nate)
  await counter.handle(await counter.expiryOf(sessionId))
  expect(await released).toEqual({ ok: true, seats: 2 })
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
})

test('a buyer who was faster keeps the seats: the payment is applied and the release refused', async () => {
  const city = await counter.aCity()
  const { reservationId, sessionId } = await counter.opened(city, { quantity: 2 })
  await counter.control.pay(sessionId)
  const refused = { ok: false, code: 'already_paid', message: 'These seats have been paid for' }
  expect(await releaseHold(city, reservationId, nate)).toEqual(refused)
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
  expect(await releaseHold(city, reservationId, nate)).toEqual(refused)
})

test.each([
  [
    'an admin',
    (city: string, id: string) => releaseHold(city, id, nate),
    { ok: false, code: 'payment_on_its_way' },
  ],
  [
    'other code',
    (_: string, id: string) => releaseInventoryReservation(id),
    { success: false, error: 'A payment for this reservation is on its way' },
  ],
])('a hold without a page that an accepted payment names is kept from %s', async (who, release, refused) => {
  const city = await counter.aCity({ ga: 1 })
  const reservationId = `named by ${who}`
  await reserveInventory(city, 'ga', 1, reservationId)
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1', reservationId }
  const { session } = await counter.control.createSession({ metadata })
  await counter.deliver(...(await counter.control.pay(session.id)).events)
  expect(await release(city, reservationId)).toMatchObject(refused)
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'insufficient_stock' })
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a payment that is on its way keeps its seats, whether its news has come or not', async () => {
  const city = await counter.aCity()
  const { reservationId, sessionId } = await counter.opened(city)
  const { events } = await counter.control.pay(sessionId, { method: 'debit' })
  const refused = { ok: false, code: 'payment_on_its_way' }
  expect(await releaseHold(city, reservationId, nate)).toMatchObject(refused)
  await counter.handle(...events)
  expect(await releaseHold(city, reservationId, nate)).toMatchObject(refused)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
})

test('while Stripe is out of reach the seats stay, since the buyer may still pay', async () => {
  const city = await counter.aCity()
  const { reservationId } = await counter.opened(city)
  await counter.control.fault({ match: 'POST /v1/checkout/sessions/*/expire', kind: 'status', status: 503 })
  expect(await releaseHold(city, reservationId, nate)).toMatchObject({
    ok: false,
    code: 'payment_unavailable',
  })
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
  expect(await releaseHold(city, reservationId, nate)).toMatchObject({ ok: true, seats: 1 })
})

test('a hold without a checkout needs no question', async () => {
  const city = await counter.aCity()
  await reserveInventory(city, 'vip', 2, `library-${city}`)
  expect(await releaseHold(city, `library-${city}`, nate)).toEqual({ ok: true, seats: 2 })
})

test('who releases it is asked for; an unknown hold is none', async () => {
  expect(await releaseHold('nowhere', 'r1', { authorizedBy: '' })).toEqual({
    ok: false,
    code: 'authorization_required',
    message: 'Authorization required for releasing a hold',
  })
  for (const id of ['', 'nothing', 'a\0b', 'x'.repeat(256)])
    expect(await releaseHold('nowhere', id, nate)).toMatchObject({ ok: false, code: 'unknown_reservation' })
})

test('a hold of another city is none, and nobody is asked about it', async () => {
  const [city, other] = [await counter.aCity(), await counter.aCity()]
  const { reservationId, sessionId } = await counter.opened(city, { quantity: 2 })
  const asked = (await counter.control.requests()).length
  expect(await releaseHold(other, reservationId, nate)).toMatchObject({
    ok: false,
    code: 'unknown_reservation',
  })
  expect(await counter.control.requests()).toHaveLength(asked)
  const { sessions } = await counter.control.snapshot()
  expect(sessions.find((one) => one.id === sessionId)?.status).toBe('open')
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})
