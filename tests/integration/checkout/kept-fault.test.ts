import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { cancelCheckout } from '@/lib/checkout/cancel-checkout'
import { releaseHold } from '@/lib/checkout/release-hold'
import { sweepReservations } from '@/lib/checkout/sweep'
import { ticketCounter } from '@/tests/support/ticket-counter'

/**
 * A fault of Stripe's own (5xx) that it keeps under a reservation's idempotency key: for 24 hours it gives no other
 * answer, so there is never a page by that name.
 */

const counter = ticketCounter()
const create = 'POST /v1/checkout/sessions'

afterEach(() => counter.control.clearFaults())

async function reservations(city: string) {
  return counter.rows(
    sql<{ id: string; status: string; session_id: string | null }>`
      select id, status, session_id from reservations where city_id = ${city} order by created_at, id`,
  )
}

const alerts = () => counter.rows(sql`select subject from alerts where kind = 'payment_page'`)

/** A hold whose name Stripe keeps a fault under, while the buyer was told to try again. */
async function aSpoiltHold(city: string, token: string): Promise<string> {
  await counter.control.fault({ match: create, kind: 'status-kept' })
  await counter.control.fault({ match: create, kind: 'status', status: 503, times: 10 })
  expect(await counter.checkout(city, { quantity: 2, token })).toMatchObject({ code: 'payment_unavailable' })
  await counter.control.clearFaults()
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  const [hold] = await reservations(city)
  return hold?.id ?? ''
}

test.each([500, 502, 503])('a %i at the first press: the page is made of another hold', async (status) => {
  const city = await counter.aCity({ ga: 2 })
  await counter.control.fault({ match: create, kind: 'status-kept', status })
  const { sessionId } = await counter.opened(city, { quantity: 2 })
  expect(await counter.pageOf(sessionId)).toBe('open')
  expect(await reservations(city)).toMatchObject([
    { status: 'released', session_id: null },
    { status: 'held', session_id: sessionId },
  ])
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  expect(await alerts()).toEqual([])
})

test('a double click that meets it: both get the same page', async () => {
  const city = await counter.aCity({ ga: 2 })
  const token = randomUUID()
  await counter.control.fault({ match: create, kind: 'status-kept' })
  const [one, two] = await Promise.all([1, 2].map(() => counter.checkout(city, { quantity: 2, token })))
  expect(one).toMatchObject({ ok: true })
  expect(two).toEqual(one)
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test('where Stripe does so each time, nothing is held, nobody is alerted, and the next press may work', async () => {
  const city = await counter.aCity({ ga: 2 })
  const order = { quantity: 2, token: randomUUID() }
  await counter.control.fault({ match: create, kind: 'status-kept', times: 20 })
  expect(await counter.checkout(city, order)).toMatchObject({
    ok: false,
    code: 'payment_unavailable',
    message: 'The payment page could not be opened, so no seats are held and nothing was charged',
  })
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(await alerts()).toEqual([])
  await counter.control.clearFaults()
  await counter.opened(city, order)
})

test('who presses again gets a page', async () => {
  const city = await counter.aCity({ ga: 2 })
  const token = randomUUID()
  await aSpoiltHold(city, token)
  const { sessionId } = await counter.opened(city, { quantity: 2, token })
  expect(await counter.pageOf(sessionId)).toBe('open')
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test.each([
  {
    what: 'the buyer gives them back',
    end: (_: string, reservationId: string, visitorToken: string) =>
      cancelCheckout({ reservationId, visitorToken }),
    answer: { ok: true, quantity: 2 },
  },
  {
    what: 'an admin takes them back',
    end: (city: string, reservationId: string) =>
      releaseHold(city, reservationId, {
        actor: 'nate@example.com',
        authorizedBy: 'Nate',
        reason: 'no-show',
      }),
    answer: { ok: true, seats: 2 },
  },
  {
    what: 'their time is over',
    end: async () => {
      await counter.advance(16)
      return sweepReservations()
    },
    answer: { postponed: 0 },
  },
])('the seats come free when $what', async ({ end, answer }) => {
  const city = await counter.aCity()
  const token = randomUUID()
  const reservationId = await aSpoiltHold(city, token)
  expect(await end(city, reservationId, token)).toMatchObject(answer)
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(await reservations(city)).toMatchObject([{ status: 'released' }])
})

describe('should Stripe have made the page all the same', () => {
  /** A page of a hold that its buyer gave back, since nobody knew of it. */
  async function aHiddenPage(city: string): Promise<string> {
    const token = randomUUID()
    const reservationId = await aSpoiltHold(city, token)
    const { session } = await counter.control.createSession({
      unitAmount: 100_000,
      quantity: 2,
      metadata: { cityId: city, ticketType: 'GA', quantity: '2', reservationId },
      clientReferenceId: reservationId,
      paymentLink: false,
    })
    expect(await cancelCheckout({ reservationId, visitorToken: token })).toMatchObject({ ok: true })
    return session.id
  }

  const payments = (sessionId: string) =>
    counter.rows(sql<{ state: string }>`select state from payments where session_id = ${sessionId}`)

  test('its end changes nothing', async () => {
    const city = await counter.aCity({ ga: 2 })
    const sessionId = await aHiddenPage(city)
    const other = await counter.opened(city, { quantity: 2 })
    await counter.handle(...(await counter.control.expire(sessionId)).events)
    expect(await counter.stock(city)).toMatchObject({ held: 2, sold: 0 })
    expect(await counter.pageOf(other.sessionId)).toBe('open')
  })

  test('what is paid on it is sold from free seats', async () => {
    const city = await counter.aCity({ ga: 2 })
    const sessionId = await aHiddenPage(city)
    await counter.handle(...(await counter.control.pay(sessionId)).events)
    expect(await counter.stock(city)).toMatchObject({ held: 0, sold: 2 })
    expect(await payments(sessionId)).toEqual([{ state: 'sold' }])
  })

  test('and where there are none, it waits for an admin', async () => {
    const city = await counter.aCity({ ga: 2 })
    const sessionId = await aHiddenPage(city)
    await counter.opened(city, { quantity: 2 })
    await counter.handle(...(await counter.control.pay(sessionId)).events)
    expect(await counter.stock(city)).toMatchObject({ held: 2, sold: 0 })
    expect(await payments(sessionId)).toEqual([{ state: 'exception' }])
  })
})
