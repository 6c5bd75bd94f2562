import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { database } from '@/lib/database'
import { log } from '@/lib/log'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()
const create = 'POST /v1/checkout/sessions'

beforeEach(() => {
  vi.spyOn(log(), 'error')
  vi.spyOn(log(), 'warn')
})

afterEach(async () => {
  vi.restoreAllMocks()
  await counter.control.clearFaults()
})

const alerts = (city: string) =>
  counter.rows(
    sql<{ kind: string; tier: string; subject: string }>`
      select kind, tier, subject from alerts where city_id = ${city} order by created_at, tier`,
  )

async function aCityWithoutPrice(): Promise<string> {
  const city = await counter.aCity()
  await sql`update prices set stripe_price_id = 'price_mistyped' where city_id = ${city}`.execute(database())
  return city
}

test('a price that Stripe does not know is told of from the first buyer on, once for each tier', async () => {
  const city = await aCityWithoutPrice()
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  expect(log().error).toHaveBeenCalledExactlyOnceWith(
    {
      code: 'session_refused',
      reservationId: expect.any(String) as string,
      cityId: city,
      tier: 'ga',
      stripeCode: 'resource_missing',
    },
    expect.any(String),
  )
  const ga = {
    kind: 'payment_page',
    tier: 'ga',
    subject: `Stripe refuses payment pages for GA in ${city}: resource_missing`,
  }
  expect(await alerts(city)).toEqual([ga])

  await counter.checkout(city, { email: 'ada@example.com' })
  expect(log().error).toHaveBeenCalledTimes(2)
  expect(await alerts(city)).toEqual([ga])
  await counter.checkout(city, { ticketType: 'VIP' })
  expect(await alerts(city)).toMatchObject([ga, { tier: 'vip' }])
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
})

test('many buyers at once are one alert; it is told again where it goes on for an hour', async () => {
  const city = await aCityWithoutPrice()
  await Promise.all(Array.from({ length: 8 }, () => counter.checkout(city)))
  expect(await alerts(city)).toHaveLength(1)
  await counter.advance(59)
  await counter.checkout(city)
  expect(await alerts(city)).toHaveLength(1)
  await counter.advance(2)
  await counter.checkout(city)
  expect(await alerts(city)).toHaveLength(2)
})

test('a key that Stripe refuses is told of, too, as another answer', async () => {
  const city = await aCityWithoutPrice()
  await counter.checkout(city)
  await counter.control.fault({ match: create, kind: 'status', status: 401 })
  await counter.checkout(city)
  expect(await alerts(city)).toHaveLength(2)
})

/** So many times; a page that was refused is asked for once more before its hold is given up. */
const refuseAddress = (times: number) =>
  counter.control.fault({ match: create, kind: 'status', status: 400, code: 'email_invalid', times })
const addressRefused = {
  ok: false,
  code: 'invalid',
  field: 'email',
  message: 'Our payment provider does not take this address. Check it, or leave it out',
}
const seatsStay =
  'Our payment provider does not take this address. Your seats stay held: check it, or pay without it'

test('an address that Stripe does not take is its buyer’s to mend: nobody is alerted, and a buyer who cannot come back holds nothing', async () => {
  const city = await counter.aCity({ ga: 2 })
  await refuseAddress(1)
  expect(await counter.checkout(city, { quantity: 2, email: 'ada@example.xyz' })).toEqual(addressRefused)
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(await alerts(city)).toEqual([])
  expect(log().error).not.toHaveBeenCalled()
})

test('one in the new order of a buyer who can come back costs no seats: they correct it, or pay without it', async () => {
  const city = await counter.aCity({ ga: 2 })
  const order = { token: randomUUID(), quantity: 2, email: 'ada@example.xyz' }
  await refuseAddress(2)
  expect(await counter.checkout(city, order)).toEqual({ ...addressRefused, message: seatsStay })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'insufficient_stock' })
  // Who does not care for the address just asks again.
  const { sessionId } = await counter.opened(city, order)
  const { sessions } = await counter.control.snapshot()
  expect(sessions.find(({ id }) => id === sessionId)).toMatchObject({ status: 'open', customer_email: null })
  expect(await counter.opened(city, { ...order, email: 'ada@example.com' })).not.toMatchObject({ sessionId })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  expect(await alerts(city)).toEqual([])
  expect(log().error).not.toHaveBeenCalled()
})

test.each([
  ['of another number', { quantity: 2, ticketType: 'GA' }],
  ['of another tier', { quantity: 3, ticketType: 'VIP' }],
])('one that comes with a change, %s, costs no seats: they are paid for without it', async (_, change) => {
  const city = await counter.aCity({ ga: 3, vip: 3 })
  const token = randomUUID()
  await counter.opened(city, { token, quantity: 3, email: 'ada@example.com' })
  const order = { token, email: 'ada@example.xyz', ...change }
  await refuseAddress(2)
  expect(await counter.checkout(city, order)).toEqual({ ...addressRefused, message: seatsStay })
  const tier = change.ticketType === 'VIP' ? 'vip' : 'ga'
  expect(await counter.stock(city, tier)).toMatchObject({ held: change.quantity })
  const held = { ...order, email: undefined }
  const { sessionId } = await counter.opened(city, held)
  expect(await counter.pageOf(sessionId)).toBe('open')
  expect(await counter.opened(city, { ...order, email: 'ada@example.com' })).not.toMatchObject({ sessionId })
  expect(await counter.pageOf(sessionId)).toBe('expired')
  expect(log().error).not.toHaveBeenCalled()
})

test('one whose page was not made at once costs no seats either, when it is tried again', async () => {
  const city = await counter.aCity({ ga: 2 })
  const order = { token: randomUUID(), quantity: 2, email: 'ada@example.xyz' }
  await counter.control.fault({ match: create, kind: 'status', status: 503, times: 20 })
  expect(await counter.checkout(city, order)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  await counter.control.clearFaults()
  await refuseAddress(4)
  expect(await counter.checkout(city, order)).toMatchObject({ ok: false, field: 'email', message: seatsStay })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test('where the alert cannot be raised, the buyer is answered all the same', async () => {
  const city = await aCityWithoutPrice()
  await counter.owner.query('alter table alerts rename to alerts_away')
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  await counter.owner.query('alter table alerts_away rename to alerts')
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(log().error).toHaveBeenCalledWith(
    expect.objectContaining({ code: 'alert_not_raised' }),
    expect.any(String),
  )
})

test('an answer that tells nothing is a warning, and alerts nobody', async () => {
  const city = await counter.aCity()
  await counter.control.fault({ match: create, kind: 'status', status: 503, times: 20 })
  await counter.checkout(city)
  expect(log().warn).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ code: 'session_unclear', stripeCode: expect.any(String) as string }),
    expect.any(String),
  )
  expect(await alerts(city)).toEqual([])
})
