import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentPayments } from '@/app/presenters/console/payments'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

async function sold(quantity: number, seats = 35) {
  const city = await counter.aCity({ ga: seats })
  const { sessionId } = await counter.opened(city, { quantity })
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  return { city, sessionId }
}

async function openExceptions(sessionId: string) {
  const { exceptions } = await listExceptions()
  return exceptions.filter((one) => one.payment.sessionId === sessionId).map(({ kind }) => kind)
}

test('three seats: a third of the money gives one back; each piece of news counts once', async () => {
  const { city, sessionId } = await sold(3)
  const { events } = await counter.control.refund(sessionId, 100_000)
  expect(events.map(({ type }) => type).sort()).toEqual([
    'charge.refunded',
    'refund.created',
    'refund.updated',
  ])
  for (const event of [...events, ...events]) await counter.handle(event)
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
  expect(await openExceptions(sessionId)).toEqual([])
})

test('a sale keeps its time, whatever is given back of it later', async () => {
  const { sessionId } = await sold(3)
  const soldAt = async () =>
    counter.rows(sql`select sold_at from payments where session_id = ${sessionId} and state = 'sold'`)
  const before = await soldAt()
  await counter.advance(60)
  await counter.handle(...(await counter.control.refund(sessionId, 100_000)).events)
  expect(await soldAt()).toEqual(before)
  expect(before).toHaveLength(1)
})

test('a buyer is told how many seats are left to them, and of an order without any how many it had', async () => {
  const { sessionId } = await sold(3)
  await counter.handle(...(await counter.control.refund(sessionId, 100_000)).events)
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'confirmed', quantity: 2 })
  await counter.handle(...(await counter.control.refund(sessionId, 200_000)).events)
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'refunded', quantity: 3 })
})

test('an amount that is no whole number of seats needs a person, until it becomes one', async () => {
  const { city, sessionId } = await sold(3)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 3 })
  expect(await openExceptions(sessionId)).toEqual(['unclear_refund'])
  await counter.handle(...(await counter.control.refund(sessionId, 85_000)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
  expect(await openExceptions(sessionId)).toEqual([])
})

test('an unclear refund that is worked together with its sale names the sale, as one that comes later does', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city, { quantity: 3 })
  const sale = await counter.control.pay(sessionId)
  const refund = await counter.control.refund(sessionId, 15_000)
  await counter.handle(...sale.events, ...refund.events)
  const { exceptions } = await listExceptions()
  expect(exceptions.filter(({ payment }) => payment.sessionId === sessionId)).toMatchObject([
    { kind: 'unclear_refund', cityId: city, tier: 'ga', quantity: 3, amountCents: 300_000, currency: 'usd' },
  ])
})

test('an unclear refund that comes before its sale needs a person once that comes', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city, { quantity: 3 })
  const paid = await counter.control.pay(sessionId)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  await counter.handle(...paid.events)
  expect(await counter.stock(city)).toMatchObject({ sold: 3 })
  expect(await openExceptions(sessionId)).toEqual(['unclear_refund'])
})

test('an unclear refund that settled and is unclear again is an exception again', async () => {
  const { city, sessionId } = await sold(3)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  const rest = await counter.control.refund(sessionId, 85_000)
  await counter.handle(...rest.events)
  await counter.handle(...(await counter.control.failRefund(rest.refund.id)).events)
  expect(await openExceptions(sessionId)).toEqual(['unclear_refund'])
  expect(await counter.stock(city)).toMatchObject({ sold: 3 })
})

test('all the money gives all seats back, and a refund that fails afterwards takes them again', async () => {
  const { city, sessionId } = await sold(3)
  const { events, refund } = await counter.control.refund(sessionId)
  await counter.handle(...events)
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 3 })
  await counter.handle(...events)
  expect(await counter.stock(city)).toMatchObject({ sold: 3 })
})

test('a refund that fails when its seats are sold to others is an exception, not a seat lost in silence', async () => {
  const { city, sessionId } = await sold(3, 3)
  const { events, refund } = await counter.control.refund(sessionId)
  await counter.handle(...events)
  const { sessionId: other } = await counter.opened(city, { quantity: 1 })
  await counter.handle(...(await counter.control.pay(other)).events)
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
  expect(await openExceptions(sessionId)).toEqual(['refund_failed'])
})

test('its buyer and the console are not told that it was refunded, whoever closes it, until it is', async () => {
  const { city, sessionId } = await sold(3, 3)
  const { events, refund } = await counter.control.refund(sessionId)
  await counter.handle(...events)
  const shown = async () => {
    const { payments } = await presentPayments({ search: sessionId })
    const { state, hasSeats } = await getOrderStatus(sessionId)
    expect(hasSeats).toBe(false)
    return [state, payments?.[0]?.state]
  }
  expect(await shown()).toEqual(['refunded', 'refunded'])
  const { sessionId: other } = await counter.opened(city, { quantity: 1 })
  await counter.handle(...(await counter.control.pay(other)).events)
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await shown()).toEqual(['refund_failed', 'refund_failed'])
  const { exceptions } = await listExceptions()
  const id = exceptions.find(({ payment }) => payment.sessionId === sessionId)?.id ?? 0
  await dismissException(id, { actor: 'ada', reason: 'We refund it by hand' })
  expect(await shown()).toEqual(['refund_failed', 'refund_failed'])
  const second = await counter.control.refund(sessionId, null, { status: 'pending' })
  await counter.handle(...second.events)
  expect(await shown()).toEqual(['refund_pending', 'refund_pending'])
  await counter.handle(...(await counter.control.settleRefund(second.refund.id)).events)
  expect(await shown()).toEqual(['refunded', 'refunded'])
})

test('so it is with one of a part, and its buyer is told how many seats are left to them', async () => {
  const { city, sessionId } = await sold(3, 3)
  const { events, refund } = await counter.control.refund(sessionId, 100_000)
  await counter.handle(...events)
  const shown = async () => {
    const { payments } = await presentPayments({ search: sessionId })
    const { state, quantity, hasSeats } = await getOrderStatus(sessionId)
    expect(hasSeats).toBe(true)
    return [state, quantity, payments?.[0]?.state]
  }
  expect(await shown()).toEqual(['confirmed', 2, 'sold'])
  const { sessionId: other } = await counter.opened(city, { quantity: 1 })
  await counter.handle(...(await counter.control.pay(other)).events)
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await openExceptions(sessionId)).toEqual(['refund_failed'])
  expect(await shown()).toEqual(['refund_failed', 2, 'refund_failed'])
  const second = await counter.control.refund(sessionId, 100_000, { status: 'pending' })
  await counter.handle(...second.events)
  expect(await shown()).toEqual(['refund_pending', 2, 'refund_pending'])
  await counter.handle(...(await counter.control.settleRefund(second.refund.id)).events)
  expect(await shown()).toEqual(['confirmed', 2, 'sold'])
})

test('one of two that has arrived does not hide that the other failed, nor does half of what is owed on its way', async () => {
  const { city, sessionId } = await sold(3, 3)
  await counter.handle(...(await counter.control.refund(sessionId, 100_000)).events)
  const { events, refund } = await counter.control.refund(sessionId, 100_000)
  await counter.handle(...events)
  const { sessionId: other } = await counter.opened(city, { quantity: 2 })
  await counter.handle(...(await counter.control.pay(other)).events)
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'refund_failed', quantity: 1 })
  const half = async () => {
    const again = await counter.control.refund(sessionId, 50_000, { status: 'pending' })
    await counter.handle(...again.events)
    return again.refund.id
  }
  const halves = [await half()]
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'refund_failed', quantity: 1 })
  halves.push(await half())
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'refund_pending', quantity: 1 })
  for (const id of halves) await counter.handle(...(await counter.control.settleRefund(id)).events)
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'confirmed', quantity: 1 })
})

test('the news of the failure may come first', async () => {
  const { city, sessionId } = await sold(1)
  const { events, refund } = await counter.control.refund(sessionId)
  const failed = await counter.control.failRefund(refund.id)
  await counter.handle(...failed.events)
  await counter.handle(...events)
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
})

test.each(['first', 'last'])(
  'nor does it matter among news that is worked together: the failure comes %s',
  async (place) => {
    const { city, sessionId } = await sold(3)
    const { refund, events } = await counter.control.refund(sessionId)
    const failed = await counter.control.failRefund(refund.id)
    const made = events.filter(({ type }) => type !== 'charge.refunded')
    await counter.handle(...(place === 'first' ? [...failed.events, ...made] : [...made, ...failed.events]))
    expect(await counter.stock(city)).toMatchObject({ sold: 3 })
    expect(await openExceptions(sessionId)).toEqual([])
  },
)

test('a refund that is pending gives nothing back before it succeeds', async () => {
  const { city, sessionId } = await sold(2)
  const { events, refund } = await counter.control.refund(sessionId, null, { status: 'pending' })
  await counter.handle(...events)
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
  await counter.handle(...(await counter.control.settleRefund(refund.id)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
})

test('a payment that nobody could place closes as refunded, whichever news comes first', async () => {
  for (const refundFirst of [false, true]) {
    const metadata = { cityId: 'atlantis', ticketType: 'GA', quantity: '1' }
    const { session } = await counter.control.createSession({ metadata })
    const paid = await counter.control.pay(session.id)
    const refunded = await counter.control.refund(session.id)
    const news = refundFirst ? [refunded.events, paid.events] : [paid.events, refunded.events]
    for (const events of news) await counter.handle(...events)
    expect(await openExceptions(session.id)).toEqual([])
    expect(
      await counter.rows(sql`select state, amount_cents from payments where session_id = ${session.id}`),
    ).toEqual([{ state: 'refunded', amount_cents: 100_000 }])
  }
})

test('money that comes back to us after such a refund failed needs a person again', async () => {
  const metadata = { cityId: 'atlantis', ticketType: 'GA', quantity: '1' }
  const { session } = await counter.control.createSession({ metadata })
  await counter.handle(...(await counter.control.pay(session.id)).events)
  const { events, refund } = await counter.control.refund(session.id)
  await counter.handle(...events)
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await openExceptions(session.id)).toEqual(['refund_failed'])
  await counter.handle(...(await counter.control.refund(session.id)).events)
  expect(await openExceptions(session.id)).toEqual([])
})

test('a charge that Stripe does not know is no reason to try for ever', async () => {
  const { city } = await sold(1)
  const event = await counter.control.emitEvent('charge.refunded', {
    id: 'ch_unknown',
    payment_intent: 'pi_unknown',
    amount: 100_000,
    amount_refunded: 100_000,
  })
  await counter.handle(event)
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
})
