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

test('an address that Stripe does not take is its buyer’s to mend: nothing is held, and nobody is alerted', async () => {
  const city = await counter.aCity({ ga: 2 })
  const order = { quantity: 2, token: randomUUID() }
  const refuse = () =>
    counter.control.fault({ match: create, kind: 'status', status: 400, code: 'email_invalid' })
  const refused = {
    ok: false,
    code: 'invalid',
    field: 'email',
    message: 'Our payment provider does not take this address. Check it, or leave it out',
  }
  await refuse()
  expect(await counter.checkout(city, { ...order, email: 'ada@example.xyz' })).toEqual(refused)
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  await counter.opened(city, order)
  // By changing an order, too.
  await refuse()
  expect(await counter.checkout(city, { ...order, email: 'ada@example.xyz' })).toEqual(refused)
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(await alerts(city)).toEqual([])
  expect(log().error).not.toHaveBeenCalled()
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
