import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { findReservation, noteSession } from '@/lib/checkout/reservations'
import { sweepReservations } from '@/lib/checkout/sweep'
import { database } from '@/lib/database'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()
const create = 'POST /v1/checkout/sessions'

async function sessionsFor(reservationId: string) {
  const { sessions } = await counter.control.snapshot()
  return sessions.filter((session) => session.client_reference_id === reservationId)
}

async function reservations(city: string) {
  return counter.rows(
    sql<{ id: string; status: string; session_id: string | null }>`
      select id, status, session_id from reservations where city_id = ${city} order by created_at, id`,
  )
}

test('what Stripe is asked for', async () => {
  const city = await counter.aCity()
  const { sessionId, url, reservationId } = await counter.opened(city, {
    ticketType: ' vip',
    quantity: 2,
    email: ' Ada@Example.com ',
  })
  const [session] = await sessionsFor(reservationId)
  expect(session).toMatchObject({
    id: sessionId,
    url,
    mode: 'payment',
    amount_total: 300_000,
    customer_email: 'ada@example.com',
    metadata: { cityId: city, ticketType: 'VIP', quantity: '2', reservationId },
  })
  const [call] = (await counter.control.requests(create)).slice(-1)
  expect(call?.idempotencyKey).toBe(reservationId)
})

test.each([
  { holdMinutes: 5, atLeast: 30, atMost: 32 },
  { holdMinutes: 10, atLeast: 30, atMost: 32 },
  { holdMinutes: 120, atLeast: 119, atMost: 121 },
  { holdMinutes: 1430, atLeast: 1429, atMost: 1440 },
])('with a hold of $holdMinutes minutes the page ends between $atLeast and $atMost', async (minutes) => {
  const city = await counter.aCity()
  await sql`update cities set hold_minutes = ${minutes.holdMinutes} where id = ${city}`.execute(database())
  await counter.control.fault({ match: create, kind: 'slow', delayMs: 3_000 })
  const { reservationId, expiresAt } = await counter.opened(city)
  const [session] = await sessionsFor(reservationId)
  const lifeMinutes = ((session?.expires_at ?? 0) - (session?.created ?? 0)) / 60
  expect(lifeMinutes).toBeGreaterThanOrEqual(minutes.atLeast)
  expect(lifeMinutes).toBeLessThanOrEqual(minutes.atMost)
  const { now } = await counter.control.clock()
  const holdMinutes = (expiresAt.getTime() - Date.parse(now)) / 60_000
  expect(Math.round(holdMinutes)).toBe(minutes.holdMinutes)
})

test('the same visitor asking again gets the same page', async () => {
  const city = await counter.aCity({ ga: 2 })
  const token = randomUUID()
  const first = await counter.opened(city, { quantity: 2, token })
  const again = await counter.opened(city, { quantity: 2, token })
  expect(again).toEqual(first)
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test('whoever was shown another price is told the new one first, and holds nothing more until then', async () => {
  const city = await counter.aCity()
  const order = { quantity: 2, token: randomUUID(), shownPrice: '100000 usd' }
  const first = await counter.opened(city, order)
  await sql`update prices set amount_cents = 120000 where city_id = ${city} and tier = 'ga'`.execute(
    database(),
  )
  for (const token of [order.token, randomUUID()]) {
    expect(await counter.checkout(city, { ...order, token })).toEqual({
      ok: false,
      code: 'in_conflict',
      field: 'tier',
      message:
        'The price has changed: a GA seat costs $1,200 now. Press the button again to buy at this price',
      shownPrice: '120000 usd',
    })
  }
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  expect(await counter.pageOf(first.sessionId)).toBe('open')
  const { reservationId } = await counter.opened(city, { ...order, shownPrice: '120000 usd' })
  expect(await sessionsFor(reservationId)).toMatchObject([{ amount_total: 240_000 }])
  // Of another tier's price, and to who was shown none, nothing is to be said.
  await counter.opened(city, { ticketType: 'VIP', shownPrice: '150000 usd' })
  await counter.opened(city, { shownPrice: '' })
  await sql`update prices set currency = 'eur' where city_id = ${city}`.execute(database())
  expect(await counter.checkout(city, { shownPrice: '120000 usd' })).toMatchObject({ code: 'in_conflict' })
})

test('a double click, 20 times: one hold, and both get its page', async () => {
  for (let round = 0; round < 20; round++) {
    const city = await counter.aCity({ ga: 2 })
    const token = randomUUID()
    const [one, two] = await Promise.all([1, 2].map(() => counter.checkout(city, { quantity: 2, token })))
    expect(one).toMatchObject({ ok: true })
    expect(two).toEqual(one)
    expect(await counter.stock(city)).toMatchObject({ held: 2 })
    expect(await sessionsFor(one?.ok ? one.reservationId : '')).toHaveLength(1)
  }
})

test('a double click while Stripe is slow', async () => {
  const city = await counter.aCity()
  await counter.control.fault({ match: create, kind: 'slow', delayMs: 4_000 })
  const token = randomUUID()
  const [one, two] = await Promise.all([1, 2].map(() => counter.checkout(city, { token })))
  expect(one).toMatchObject({ ok: true })
  expect(two).toEqual(one)
})

test('twenty buyers, one seat: one page, nineteen refusals, and the holder may ask again', async () => {
  const city = await counter.aCity({ ga: 1 })
  const tokens = Array.from({ length: 20 }, () => randomUUID())
  const results = await Promise.all(tokens.map((token) => counter.checkout(city, { token })))
  const winner = results.findIndex(({ ok }) => ok)
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  expect(results.filter((one) => !one.ok && one.code === 'insufficient_stock')).toHaveLength(19)
  const token = tokens[winner] ?? ''
  expect(await counter.checkout(city, { token })).toEqual(results[winner])
})

test.each([
  { fault: 'an error that tells nothing', kind: 'status', status: 500 },
  { fault: 'too many calls', kind: 'status', status: 429 },
  { fault: 'an error after executing', kind: 'status-after', status: 500 },
  { fault: 'a connection broken after executing', kind: 'disconnect-after', status: undefined },
] as const)('$fault, once: repeated under the same key, one session', async ({ kind, status }) => {
  const city = await counter.aCity()
  await counter.control.fault({
    match: create,
    kind,
    ...(status && { status }),
    times: kind === 'disconnect-after' ? 2 : 1,
  })
  const { reservationId, sessionId } = await counter.opened(city)
  expect((await sessionsFor(reservationId)).map(({ id }) => id)).toEqual([sessionId])
  await counter.control.clearFaults()
})

test('a call that runs into its time-out after it was carried out: the next one finds its session', async () => {
  const city = await counter.aCity()
  await counter.control.fault({ match: create, kind: 'timeout-after', delayMs: 20_000 })
  const { reservationId, sessionId } = await counter.opened(city)
  expect((await sessionsFor(reservationId)).map(({ id }) => id)).toEqual([sessionId])
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
})

test('two minutes later Stripe would refuse that page: the last seat gets a new hold and a page', async () => {
  const city = await counter.aCity({ ga: 1 })
  const token = randomUUID()
  await counter.control.fault({ match: create, kind: 'disconnect-before', times: 100 })
  expect(await counter.checkout(city, { token })).toMatchObject({ ok: false, code: 'payment_unavailable' })
  await counter.control.clearFaults()
  await counter.advance(2)
  const again = await counter.opened(city, { token })
  expect(await sessionsFor(again.reservationId)).toHaveLength(1)
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
  expect(await reservations(city)).toMatchObject([
    { status: 'released', session_id: null },
    { status: 'held', session_id: again.sessionId },
  ])
})

test('Stripe stays unclear: the hold stays, the same visitor may try again, and the webhook may come first', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  await counter.control.fault({ match: create, kind: 'status-after', times: 10 })
  expect(await counter.checkout(city, { token })).toMatchObject({ ok: false, code: 'payment_unavailable' })
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
  const [reservation] = await reservations(city)
  expect(reservation).toMatchObject({ status: 'held', session_id: null })
  await counter.control.clearFaults()
  const again = await counter.opened(city, { token })
  const [session, ...more] = await sessionsFor(again.reservationId)
  expect(more).toEqual([])
  expect(session?.id).toBe(again.sessionId)

  await sql`update reservations set session_id = null, session_url = null where id = ${again.reservationId}`.execute(
    database(),
  )
  await counter.handle(...(await counter.control.pay(again.sessionId)).events)
  expect(await reservations(city)).toMatchObject([{ status: 'sold', session_id: again.sessionId }])
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a hold keeps its first page: another one that is told of later takes no place of it', async () => {
  const city = await counter.aCity()
  const { reservationId, sessionId, url } = await counter.opened(city)
  await noteSession(reservationId, { id: `cs_${randomUUID()}`, url: 'https://example.com/another' })
  expect(await findReservation(reservationId)).toMatchObject({ sessionId, sessionUrl: url })
})

test('a page that nobody heard of is found by the sweep, and closed before the seats go', async () => {
  const city = await counter.aCity()
  await counter.control.fault({ match: create, kind: 'status-after', times: 10 })
  await counter.checkout(city)
  await counter.control.clearFaults()
  await counter.advance(16)
  await sweepReservations()
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  const [reservation] = await reservations(city)
  const [session] = await sessionsFor(reservation?.id ?? '')
  expect(session).toMatchObject({ status: 'expired' })
  expect(reservation).toMatchObject({ status: 'released' })
})

test.each([400, 402, 404])('a definite %i releases the hold at once', async (status) => {
  const city = await counter.aCity({ ga: 1 })
  await counter.control.fault({ match: create, kind: 'status', status })
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(await counter.checkout(city)).toMatchObject({ ok: true })
})

test('a key that Stripe refuses says nothing about an earlier call: the hold stays', async () => {
  const city = await counter.aCity()
  await counter.control.fault({ match: create, kind: 'status-after', times: 1 })
  await counter.control.fault({ match: create, kind: 'status', status: 401, times: 10 })
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
  await counter.control.clearFaults()
  await counter.control.fault({ match: create, kind: 'status', status: 401, times: 10 })
  const other = await counter.aCity()
  expect(await counter.checkout(other)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  expect(await counter.stock(other)).toMatchObject({ held: 0 })
  await counter.control.clearFaults()
})

test('an expired hold is renewed: its page is closed and a new one made', async () => {
  const city = await counter.aCity({ ga: 1 })
  const token = randomUUID()
  const old = await counter.opened(city, { token })
  await counter.advance(16)
  const renewed = await counter.opened(city, { token })
  expect(renewed.reservationId).not.toBe(old.reservationId)
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
  expect(await sessionsFor(old.reservationId)).toMatchObject([{ status: 'expired' }])
  expect(await sessionsFor(renewed.reservationId)).toMatchObject([{ status: 'open' }])
})

test.each([
  0,
  -1,
  1.5,
  '2abc',
  '1e2',
  '0x10',
  '٣',
  '',
  null,
  [2],
  Number.NaN,
  Infinity,
  '9007199254740993',
  11,
])('quantity %j is refused and nothing is held', async (quantity) => {
  const city = await counter.aCity()
  expect(await counter.checkout(city, { quantity: quantity as number })).toMatchObject({
    ok: false,
    code: 'invalid',
    field: 'quantity',
  })
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
})
