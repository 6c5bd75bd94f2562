import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentException } from '@/app/presenters/console/exception-page'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { requestReconciliation } from '@/lib/checkout/request-reconciliation'
import { sweepReservations } from '@/lib/checkout/sweep'
import { decrementInventory } from '@/lib/inventory'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { restockForException } from '@/lib/payments/resolve-restock'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { forgedSales } from '@/tests/support/forged-sales'
import { nothing } from '@/tests/support/reconciliation'
import { claimed, ticketCounter } from '@/tests/support/ticket-counter'
import { ada } from '@/tests/support/unplaced-payments'
import { until } from '@/tests/support/until'
import { stripeReconcileWorker } from '@/worker/stripe-reconcile'

// Events are recorded and delivered only by hand: a payment without `handle` is one whose webhooks were all lost.
const counter = ticketCounter()
const { forgeSale, unknownSaleOf } = forgedSales(counter)

test('lost webhooks: paid, expired, refunded and failed are found, once', async () => {
  const city = await counter.aCity()
  const orders = []
  for (let index = 0; index < 5; index++) orders.push(await counter.opened(city))
  const [paid, expired, refunded, debit, failed] = orders.map(({ sessionId }) => sessionId)
  await counter.control.pay(paid ?? '')
  await counter.control.expire(expired ?? '')
  await counter.control.pay(refunded ?? '')
  await counter.control.refund(refunded ?? '')
  await counter.control.pay(debit ?? '', { method: 'debit' })
  await counter.control.pay(failed ?? '', { method: 'debit' })
  await counter.control.settle(failed ?? '', 'fail')
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 5 })

  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 5, refunds: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 1 })
  const states = []
  for (const { sessionId } of orders) states.push((await getOrderStatus(sessionId)).state)
  expect(states).toEqual(['confirmed', 'expired', 'refunded', 'awaiting_payment', expect.any(String)])
  expect(await reconcileStripe({})).toEqual(nothing)

  await counter.control.settle(debit ?? '', 'succeed')
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

test('one session, for a buyer who waits', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  expect(await reconcileStripe({ sessionId })).toEqual(nothing)
  await counter.control.pay(sessionId)
  expect(await reconcileStripe({ sessionId })).toEqual({ ...nothing, applied: 1 })
  expect(await reconcileStripe({ sessionId })).toEqual(nothing)
  expect(await reconcileStripe({ sessionId: 'cs_test_nobody_knows' })).toEqual(nothing)
})

test('a buyer whose session Stripe is slow about keeps no other one waiting', async () => {
  const city = await counter.aCity()
  const [slow, other] = [await counter.opened(city), await counter.opened(city)]
  const jobs = []
  for (const { sessionId } of [slow, other]) {
    await counter.control.pay(sessionId)
    await requestReconciliation(sessionId)
    jobs.push(...(await counter.boss.fetch('stripe-reconcile')))
  }
  const match = `GET /v1/checkout/sessions/${slow.sessionId}`
  await counter.control.fault({ match, kind: 'slow', delayMs: 6_000 })
  const outcomes = stripeReconcileWorker.handle(jobs.map((job) => claimed('stripe-reconcile', job)))
  const stateOf = async ({ sessionId }: { sessionId: string }) => (await getOrderStatus(sessionId)).state
  await until(async () => (await stateOf(other)) === 'confirmed')
  expect(await stateOf(slow)).toBe('confirming')
  expect((await outcomes).map(({ status }) => status)).toEqual(['completed', 'completed'])
  expect(await stateOf(slow)).toBe('confirmed')
})

test('page by page: 230 lost orders, and another shop on the same account', async () => {
  const city = await counter.aCity({ ga: 500 })
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1' }
  for (let index = 0; index < 230; index++) {
    const { session } = await counter.control.createSession({ metadata: index % 10 ? metadata : {} })
    await counter.control.pay(session.id)
  }
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 207 })
  expect(await counter.stock(city)).toMatchObject({ sold: 207 })
  const lists = await counter.control.requests('GET /v1/checkout/sessions')
  expect(lists.length).toBeGreaterThanOrEqual(3)
  expect(await reconcileStripe({})).toEqual(nothing)
})

test('a debit that is decided days later, with its webhooks lost', async () => {
  const city = await counter.aCity()
  const [good, bad] = [await counter.opened(city), await counter.opened(city)]
  for (const { sessionId } of [good, bad]) {
    await counter.handle(...(await counter.control.pay(sessionId, { method: 'debit' })).events)
  }
  await counter.advance(3 * 24 * 60)
  expect(await reconcileStripe({})).toEqual(nothing)
  await counter.control.settle(good.sessionId, 'succeed')
  await counter.control.settle(bad.sessionId, 'fail')
  await counter.advance(61)
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 2 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a forged sale is reported once, with its seat kept until somebody decides', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  await forgeSale(sessionId)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await reconcileStripe({})).toEqual({ ...nothing, unknownSales: 1 })
  expect(await reconcileStripe({})).toEqual(nothing)
  const [exception] = (await listExceptions()).exceptions
  expect(exception).toMatchObject({
    kind: 'unknown_to_stripe',
    cityId: city,
    quantity: 1,
    payment: { sessionId, state: 'sold', seatsSold: 1 },
    resolutions: ['restock', 'dismiss'],
  })
})

test('a forged sale can be taken back; should its session be paid after all, it is sold again', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city, { quantity: 2 })
  await forgeSale(sessionId)
  await reconcileStripe({})
  const { id } = await unknownSaleOf(city)
  const page = await presentException(id, { cityId: null, tier: null, quantity: null })
  expect(page?.restock).toEqual({
    because: 'unpaid',
    amount: null,
    seats: 2,
    isBeforeReset: false,
    neverGot: false,
  })
  expect(await restockForException(id, ada, { expectedSeats: 1 })).toMatchObject({ code: 'numbers_moved' })
  expect(await restockForException(id, ada, { expectedSeats: 2 })).toEqual({
    ok: true,
    resolution: 'restocked',
  })
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'not_paid', hasSeats: false })
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
  await counter.handle(...(await counter.control.refund(sessionId)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
})

async function takeBack(city: string): Promise<void> {
  expect(await reconcileStripe({})).toMatchObject({ unknownSales: 1 })
  expect(await restockForException((await unknownSaleOf(city)).id, ada)).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
}

test('a sale that was taken back: its page ends, and other code can sell its reservation', async () => {
  const city = await counter.aCity()
  const { sessionId, reservationId } = await counter.opened(city)
  await forgeSale(sessionId)
  await takeBack(city)
  await sweepReservations()
  expect(await counter.pageOf(sessionId)).toBe('expired')
  const before = (await counter.control.requests('POST /v1/checkout/sessions/*/expire')).length
  await counter.advance(3)
  await sweepReservations()
  expect(await counter.control.requests('POST /v1/checkout/sessions/*/expire')).toHaveLength(before)
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'not_paid', hasSeats: false })
  expect(await decrementInventory(city, 'ga', 1, { reservationId })).toEqual({
    success: true,
    availableAfter: 34,
  })
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a sale that was taken back is sold again once its debit succeeds, days later and with its webhook lost', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  await counter.handle(...(await counter.control.pay(sessionId, { method: 'debit' })).events)
  await decrementInventory(city, 'ga', 1, { sessionId })
  await takeBack(city)
  await counter.advance(3 * 24 * 60)
  expect(await reconcileStripe({})).toEqual(nothing)
  await counter.control.settle(sessionId, 'succeed')
  await counter.advance(61)
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await reconcileStripe({})).toEqual(nothing)
})

test.each([
  { news: 'refund', after: { state: 'refunded', returned: 1 }, stock: 0 },
  { news: 'dispute', after: { state: 'sold', returned: 0, dispute: 'open' }, stock: 1 },
] as const)('a sale that was taken back hears of a $news, which names its payment alone', async (told) => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  await counter.handle(...(await counter.control.pay(sessionId, { method: 'debit' })).events)
  await decrementInventory(city, 'ga', 1, { sessionId })
  await takeBack(city)
  await counter.control.settle(sessionId, 'succeed')
  await counter.handle(...(await counter.control[told.news](sessionId)).events)
  const known = () =>
    counter.rows(sql<object>`
      select state, dispute, seats_sold as sold, seats_returned as returned from payments
      where session_id = ${sessionId} and payment_intent_id is not null`)
  expect(await known()).toMatchObject([{ state: 'failed', sold: 0 }])
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  expect(await known()).toMatchObject([{ ...told.after, sold: 1 }])
  expect(await counter.stock(city)).toMatchObject({ sold: told.stock, held: 0 })
})

test.each([
  { by: 'session', refunded: false, sold: { first: 2, afterTakingBack: 1, last: 1 } },
  { by: 'session', refunded: true, sold: { first: 2, afterTakingBack: 1, last: 1 } },
  { by: 'reservation', refunded: false, sold: { first: 2, afterTakingBack: 1, last: 0 } },
  { by: 'reservation', refunded: true, sold: { first: 1, afterTakingBack: 0, last: 0 } },
] as const)(
  'an order that other code sold by its $by and by its payment is reported once: refunded $refunded',
  async ({ by, refunded, sold }) => {
    const city = await counter.aCity()
    const { sessionId, reservationId } = await counter.opened(city)
    const { session, events } = await counter.control.pay(sessionId)
    const paymentIntentId = session.payment_intent ?? ''
    await decrementInventory(city, 'ga', 1, by === 'session' ? { sessionId } : { reservationId })
    await decrementInventory(city, 'ga', 1, { paymentIntentId })
    await counter.handle(...events)
    if (refunded) await counter.handle(...(await counter.control.refund(sessionId)).events)
    expect(await counter.stock(city)).toMatchObject({ sold: sold.first })
    expect(await reconcileStripe({})).toEqual({ ...nothing, unknownSales: 1 })
    expect(await reconcileStripe({})).toEqual(nothing)
    const id = by === 'session' ? paymentIntentId : `reservation:${reservationId}`
    const found = (await listExceptions()).exceptions.find(({ payment }) => payment?.id === id)
    expect(found).toMatchObject({
      kind: 'unknown_to_stripe',
      detail: `The same order is also sold as ${sessionId}`,
    })
    // The one that is taken back gives its seat back once, whatever was or is refunded of the other.
    const taken = await restockForException((await unknownSaleOf(city)).id, ada, { expectedSeats: 1 })
    expect(taken).toMatchObject({ ok: true })
    expect(await counter.stock(city)).toMatchObject({ sold: sold.afterTakingBack })
    if (!refunded) await counter.handle(...(await counter.control.refund(sessionId)).events)
    expect(await counter.stock(city)).toMatchObject({ sold: sold.last })
    expect(await reconcileStripe({})).toEqual(nothing)
  },
)

test('another session that names the reservation is another order: neither sale is reported', async () => {
  const city = await counter.aCity()
  const { reservationId } = await counter.opened(city)
  await decrementInventory(city, 'ga', 1, { reservationId })
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1', reservationId }
  const { session } = await counter.control.createSession({ metadata })
  await counter.handle(...(await counter.control.pay(session.id)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
  expect(await reconcileStripe({})).toEqual(nothing)
})

test('a sale that was taken back, then sold by its reservation, and whose money comes after all, is reported once', async () => {
  const city = await counter.aCity()
  const { sessionId, reservationId } = await counter.opened(city)
  await counter.handle(...(await counter.control.pay(sessionId, { method: 'debit' })).events)
  await decrementInventory(city, 'ga', 1, { sessionId })
  await takeBack(city)
  expect(await decrementInventory(city, 'ga', 1, { reservationId })).toMatchObject({ success: true })
  await counter.handle(...(await counter.control.settle(sessionId, 'succeed')).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
  expect(await reconcileStripe({})).toEqual({ ...nothing, unknownSales: 1 })
  const { id } = await unknownSaleOf(city)
  expect(await restockForException(id, ada, { expectedSeats: 1 })).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
  expect(await reconcileStripe({})).toEqual(nothing)
})

test('sales that the list of sessions knows need no question of their own', async () => {
  const city = await counter.aCity()
  for (let index = 0; index < 3; index++) {
    const { sessionId } = await counter.opened(city)
    await counter.handle(...(await counter.control.pay(sessionId)).events)
  }
  const before = (await counter.control.requests('GET /v1/checkout/sessions/*')).length
  expect(await reconcileStripe({})).toEqual(nothing)
  expect(await counter.control.requests('GET /v1/checkout/sessions/*')).toHaveLength(before)
  const unchecked = await counter.rows(
    sql`select 1 from payments where city_id = ${city} and checked_at is null`,
  )
  expect(unchecked).toEqual([])
})

test('sales that are noted as known are locked by id, as everywhere', async () => {
  const city = await counter.aCity()
  for (let index = 0; index < 8; index++) {
    const { sessionId } = await counter.opened(city)
    await counter.handle(...(await counter.control.pay(sessionId)).events)
  }
  await counter.owner.query('begin')
  await counter.owner.query('select from payments where city_id = $1 order by id limit 1 for update', [city])
  const reconciling = reconcileStripe({})
  await until(async () => {
    const waiting = await counter.rows(sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    return waiting.length > 0
  })
  const free = await counter.rows(sql`select from payments where city_id = ${city} for update skip locked`)
  await counter.owner.query('rollback')
  expect(free).toHaveLength(7)
  expect(await reconciling).toEqual(nothing)
})
