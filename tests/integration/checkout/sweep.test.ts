import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { sweepReservations } from '@/lib/checkout/sweep'
import { getPublicAvailableSpots, reserveInventory, resetInventory } from '@/lib/inventory'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'

const counter = ticketCounter()
const expire = 'POST /v1/checkout/sessions/*/expire'

async function open(city: string, count: number): Promise<string[]> {
  const sessions = []
  for (let index = 0; index < count; index++) sessions.push((await counter.opened(city)).sessionId)
  return sessions
}

/** A sweep that has claimed its holds, and waits for this city's stock. */
async function sweepHeldUp(city: string) {
  await counter.owner.query('begin')
  await counter.owner.query('select 1 from inventory where city_id = $1 for update', [city])
  const sweeping = sweepReservations()
  await until(async () => {
    const { rowCount } = await counter.owner.query(
      'select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))',
    )
    return (rowCount ?? 0) > 0
  })
  return { sweeping, goOn: () => counter.owner.query('commit') }
}

test('a hold of ten minutes, a page of thirty: the seats go only when Stripe has closed the page', async () => {
  const city = await counter.aCity()
  const [sessionId = ''] = await open(city, 1)
  await counter.advance(14)
  expect(await sweepReservations()).toEqual({ released: 0, completed: 0, postponed: 0 })
  await counter.advance(2)
  await counter.control.fault({ match: expire, kind: 'status', status: 500 })
  expect(await sweepReservations()).toMatchObject({ released: 0, postponed: 1 })
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
  expect(await sweepReservations()).toEqual({ released: 0, completed: 0, postponed: 0 })
  await counter.advance(3)
  expect(await sweepReservations()).toMatchObject({ released: 1, postponed: 0 })
  expect(await counter.pageOf(sessionId)).toBe('expired')
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
})

test('two workers at once: each hold is swept by one of them', async () => {
  const city = await counter.aCity({ ga: 100 })
  await open(city, 60)
  await counter.advance(16)
  const before = (await counter.control.requests(expire)).length
  const results = await Promise.all([1, 2, 3].map(() => sweepReservations()))
  expect(results.reduce((sum, { released }) => sum + released, 0)).toBe(60)
  expect(await counter.control.requests(expire)).toHaveLength(before + 60)
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
})

test('a race of expiry and payment, 20 times: sold or free, never both, never forgotten', async () => {
  for (let round = 0; round < 20; round++) {
    const city = await counter.aCity({ ga: 1 })
    const [sessionId = ''] = await open(city, 1)
    await counter.advance(16)
    const [paid] = await Promise.allSettled([counter.control.pay(sessionId), sweepReservations()])
    if (paid.status === 'fulfilled') await counter.handle(...paid.value.events)
    const status = await counter.pageOf(sessionId)
    expect(status).toBe(paid.status === 'fulfilled' ? 'complete' : 'expired')
    expect(await counter.stock(city)).toMatchObject({ sold: status === 'complete' ? 1 : 0, held: 0 })
  }
})

test('paid before the sweep came, with the webhook lost: the sweep sells', async () => {
  const city = await counter.aCity()
  const [sessionId = ''] = await open(city, 1)
  await counter.control.pay(sessionId)
  await counter.advance(16)
  expect(await sweepReservations()).toMatchObject({ completed: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a debit is on its way, with the webhook lost: the sweep keeps the seat', async () => {
  const city = await counter.aCity()
  const [sessionId = ''] = await open(city, 1)
  await counter.control.pay(sessionId, { method: 'debit' })
  await counter.advance(16)
  expect(await sweepReservations()).toMatchObject({ completed: 1 })
  await counter.advance(3 * 24 * 60)
  expect(await sweepReservations()).toEqual({ released: 0, completed: 0, postponed: 0 })
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
})

test('a debit has failed, with all its webhooks lost: the seat goes, once Stripe says so', async () => {
  const city = await counter.aCity()
  const [sessionId = ''] = await open(city, 1)
  await counter.control.pay(sessionId, { method: 'debit' })
  await counter.control.settle(sessionId, 'fail')
  await counter.advance(16)
  await counter.control.fault({ match: 'GET /v1/payment_intents/*', kind: 'status', status: 500 })
  expect(await sweepReservations()).toMatchObject({ released: 0, completed: 0, postponed: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
  await counter.advance(3)
  expect(await sweepReservations()).toMatchObject({ released: 1, completed: 0, postponed: 0 })
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'not_paid' })
})

test('a hold without a page, made through the library, goes by itself', async () => {
  const city = await counter.aCity()
  await reserveInventory(city, 'ga', 3, `plain-${city}`, 10)
  await counter.advance(11)
  expect(await getPublicAvailableSpots(city, 'ga')).toBe(35)
  expect(await sweepReservations()).toMatchObject({ released: 1 })
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
})

test('a hold without a page that an accepted payment names keeps its seat until that is applied', async () => {
  const city = await counter.aCity({ ga: 1 })
  const reservationId = `named-${city}`
  await reserveInventory(city, 'ga', 1, reservationId, 10)
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1', reservationId }
  const { session } = await counter.control.createSession({ metadata })
  await counter.deliver(...(await counter.control.pay(session.id)).events)
  await counter.advance(11)
  expect(await sweepReservations()).toMatchObject({ released: 0, postponed: 0 })
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'insufficient_stock' })
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a hold without a page whose payment is accepted while the sweep is at it keeps its seat', async () => {
  const city = await counter.aCity({ ga: 1 })
  const reservationId = `named-late-${city}`
  await reserveInventory(city, 'ga', 1, reservationId, 10)
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1', reservationId }
  const { session } = await counter.control.createSession({ metadata })
  const { events } = await counter.control.pay(session.id)
  await counter.advance(11)
  const { sweeping, goOn } = await sweepHeldUp(city)
  await counter.deliver(...events)
  await goOn()
  expect(await sweeping).toMatchObject({ released: 0, postponed: 1 })
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'insufficient_stock' })
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a hold whose page is closed is not kept for the payment of another page, which gets its seat', async () => {
  const city = await counter.aCity({ ga: 1 })
  const { reservationId } = await counter.opened(city)
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1', reservationId }
  const { session } = await counter.control.createSession({ metadata })
  await counter.deliver(...(await counter.control.pay(session.id)).events)
  await counter.advance(16)
  expect(await sweepReservations()).toMatchObject({ released: 1, postponed: 0 })
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('pages that a reset left open are closed; one that is paid all the same sells from free stock', async () => {
  const city = await counter.aCity()
  const [open1 = '', paid = ''] = await open(city, 2)
  await resetInventory(city, 'Nate', 'test')
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  await counter.control.pay(paid)
  await sweepReservations()
  expect(await counter.pageOf(open1)).toBe('expired')
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  await counter.advance(3)
  const before = (await counter.control.requests(expire)).length
  await sweepReservations()
  expect(await counter.control.requests(expire)).toHaveLength(before)
})

test('a page that a reset left open may still be paid: its order is not over before Stripe says so', async () => {
  const city = await counter.aCity()
  const [paid = '', unpaid = ''] = await open(city, 2)
  await resetInventory(city, 'Nate', 'test')
  const { events } = await counter.control.pay(paid)
  expect(await getOrderStatus(paid)).toMatchObject({ state: 'confirming' })
  await counter.handle(...events)
  expect(await getOrderStatus(paid)).toMatchObject({ state: 'confirmed', quantity: 1 })
  await reconcileStripe({ sessionId: unpaid })
  expect(await getOrderStatus(unpaid)).toMatchObject({ state: 'confirming' })
  await counter.advance(40)
  await reconcileStripe({ sessionId: unpaid })
  expect(await getOrderStatus(unpaid)).toMatchObject({ state: 'expired' })
})

test('a hold that lapsed with its payment on its way to us: not over before Stripe says so', async () => {
  const city = await counter.aCity({ ga: 2 })
  const [paid = '', unpaid = ''] = await open(city, 2)
  await counter.control.pay(paid)
  await counter.advance(42)
  await counter.opened(city, { quantity: 2 })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  for (const sessionId of [paid, unpaid]) {
    expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'confirming' })
    await reconcileStripe({ sessionId })
  }
  expect(await getOrderStatus(paid)).toMatchObject({ state: 'needs_attention' })
  expect(await getOrderStatus(unpaid)).toMatchObject({ state: 'expired' })
})

test('a page that the sweep closed: its order is over at once', async () => {
  const city = await counter.aCity()
  const [sessionId = ''] = await open(city, 1)
  await counter.advance(16)
  await sweepReservations()
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'expired' })
})

test('no worker at all: seats come back ten minutes after the page ended, for readers and for buyers', async () => {
  const city = await counter.aCity({ ga: 5 })
  await open(city, 5)
  await counter.advance(40)
  expect(await getPublicAvailableSpots(city, 'ga')).toBe(0)
  await counter.advance(2)
  expect(await getPublicAvailableSpots(city, 'ga')).toBe(5)
  expect(await counter.checkout(city, { quantity: 5, token: randomUUID() })).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject({ held: 5 })
})

test('no worker, but an accepted payment: its seat is kept from the next buyer', async () => {
  const city = await counter.aCity({ ga: 1 })
  const [sessionId = ''] = await open(city, 1)
  const { events } = await counter.control.pay(sessionId)
  await counter.deliver(...events)
  await counter.advance(42)
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'insufficient_stock' })
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('with Stripe out of reach a run ends soon, and the next one does the work', async () => {
  const city = await counter.aCity({ ga: 100 })
  await counter.advance(60)
  await sweepReservations()
  await open(city, 50)
  await counter.advance(16)
  await counter.control.fault({ match: expire, kind: 'status', status: 503, times: 1_000 })
  expect(await sweepReservations()).toMatchObject({ released: 0, postponed: 40 })
  await counter.control.clearFaults()
  await counter.advance(3)
  expect(await sweepReservations()).toMatchObject({ released: 50, postponed: 0 })
  const left = await counter.rows(sql`select 1 from reservations where city_id = ${city} and status = 'held'`)
  expect(left).toEqual([])
})
