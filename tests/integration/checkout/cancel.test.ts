import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { cancelCheckout } from '@/lib/checkout/cancel-checkout'
import { findCompletedSession } from '@/lib/checkout/my-order'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

test('cancelling frees the seats at once, after the page was closed; again is fine', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const { sessionId, reservationId } = await counter.opened(city, { quantity: 2, token })
  const mine = { reservationId, visitorToken: token }
  expect(await cancelCheckout({ reservationId, visitorToken: randomUUID() })).toMatchObject({
    code: 'unknown_reservation',
    message: 'These seats are not held for you any more. Nothing was charged by this',
  })
  expect(await cancelCheckout({ reservationId, visitorToken: null })).toMatchObject({
    code: 'unknown_reservation',
  })
  await counter.control.fault({ match: 'POST /v1/checkout/sessions/*/expire', kind: 'status', status: 500 })
  expect(await cancelCheckout(mine)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  expect(await cancelCheckout(mine)).toEqual({ ok: true, tier: 'ga', quantity: 2 })
  expect(await counter.pageOf(sessionId)).toBe('expired')
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(await cancelCheckout(mine)).toEqual({ ok: true, tier: 'ga', quantity: 2 })
  expect(await findCompletedSession(mine)).toBeNull()
})

test.each([
  { what: 'whose answer is lost', minutes: 0 },
  { what: 'that nobody tries again', minutes: 10 },
])(
  'a cancelling $what after the page was closed: who wants the seats after all gets a page that is open',
  async ({ minutes }) => {
    const city = await counter.aCity({ ga: 2 })
    const order = { quantity: 2, token: randomUUID() }
    const { sessionId, reservationId } = await counter.opened(city, order)
    await counter.control.fault({ match: 'POST /v1/checkout/sessions/*/expire', kind: 'status-after' })
    expect(await cancelCheckout({ reservationId, visitorToken: order.token })).toMatchObject({
      code: 'payment_unavailable',
    })
    expect(await counter.pageOf(sessionId)).toBe('expired')
    await counter.advance(minutes)
    const again = await counter.opened(city, order)
    expect(await counter.pageOf(again.sessionId)).toBe('open')
    expect(await counter.stock(city)).toMatchObject({ held: 2 })
  },
)

test('cancelling begins to close the page of nobody else: they keep it', async () => {
  const city = await counter.aCity()
  const [mine, other] = [{ token: randomUUID() }, { token: randomUUID() }]
  const { reservationId } = await counter.opened(city, mine)
  const { sessionId } = await counter.opened(city, other)
  await cancelCheckout({ reservationId, visitorToken: mine.token })
  expect(await counter.opened(city, other)).toMatchObject({ sessionId })
})

test('cancelling what was paid a moment ago sells it, and its buyer alone is led to the order', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const { sessionId, reservationId } = await counter.opened(city, { token })
  const mine = { reservationId, visitorToken: token }
  await counter.control.pay(sessionId)
  expect(await findCompletedSession(mine)).toBeNull()
  expect(await cancelCheckout(mine)).toMatchObject({
    ok: false,
    code: 'in_conflict',
    message: 'These seats have been paid for, so they cannot be given back here',
  })
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await findCompletedSession(mine)).toBe(sessionId)
  expect(await findCompletedSession({ ...mine, visitorToken: randomUUID() })).toBeNull()
  expect(await findCompletedSession({ reservationId: 'none', visitorToken: token })).toBeNull()
})
