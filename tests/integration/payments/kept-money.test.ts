import { expect, test } from 'vitest'
import { presentException } from '@/app/presenters/console/exception-page'
import { getException } from '@/lib/payments/read-exceptions'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { expandForException } from '@/lib/payments/resolve-expand'
import { refundException } from '@/lib/payments/resolve-refund'
import { restockForException } from '@/lib/payments/resolve-restock'
import { findPayments } from '@/tests/support/find-payments'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, kindsWaiting, unplacedPayments } from '@/tests/support/unplaced-payments'

/** Seats of which a part of the price was kept when they were refunded. At the end of all, an audit finds nothing. */

const counter = ticketCounter()
const { sell, exceptionOf } = unplacedPayments(counter)

const sold = async (city: string) => (await counter.stock(city)).sold
const payment = async (sessionId: string) => (await findPayments(sessionId))[0]
const page = async (id: number) => presentException(id, { cityId: null, tier: null, quantity: null })
const offered = async (id: number) => (await page(id))?.restock

/** Three seats are sold, and a refund of so much opens an exception. */
async function refundedInPart(cents: number, seats = {}) {
  const city = await counter.aCity(seats)
  const sessionId = await sell(city, 3)
  const refund = async (amount: number) => {
    const made = await counter.control.refund(sessionId, amount)
    await counter.handle(...made.events)
    return made.refund
  }
  const { id: refundId } = await refund(cents)
  return { city, sessionId, refund, refundId, exception: await exceptionOf(sessionId) }
}

test('are as many as an admin says where a part of the price was kept, and no old news asks again', async () => {
  const { city, sessionId, refundId, exception } = await refundedInPart(85_000)
  expect(exception).toMatchObject({
    kind: 'unclear_refund',
    resolutions: ['refund', 'restock', 'dismiss'],
  })
  expect(await offered(exception.id)).toEqual({
    because: 'refunded',
    amount: '$850',
    seats: null,
    isBeforeReset: false,
    neverGot: false,
  })
  const give = (seats: number | undefined, expectedRefundedCents = 85_000) =>
    restockForException(exception.id, ada, { seats, expectedRefundedCents })
  expect(await give(undefined)).toMatchObject({ code: 'not_fitting' })
  expect(await give(4)).toMatchObject({ code: 'not_fitting' })
  expect(await give(1, 0)).toMatchObject({ code: 'numbers_moved' })
  expect([await sold(city), (await getException(exception.id))?.state]).toEqual([3, 'open'])
  expect(await give(1)).toEqual({ ok: true, resolution: 'restocked' })
  expect(await sold(city)).toBe(2)
  expect(await payment(sessionId)).toMatchObject({ state: 'sold', seatsReturned: 1, lostCents: 15_000 })
  const { refunds } = await counter.control.snapshot()
  const told = refunds.find(({ id }) => id === refundId)
  await counter.handle(await counter.control.emitEvent('refund.updated', { ...told }))
  expect(await sold(city)).toBe(2)
  expect(await kindsWaiting(exception)).toEqual([])
})

test('leave what was kept of their price to be refunded, unlike what a bank took', async () => {
  const { sessionId, refund, exception } = await refundedInPart(85_000)
  await restockForException(exception.id, ada, { seats: 1, expectedRefundedCents: 85_000 })
  await refund(10_000)
  const again = await exceptionOf(sessionId)
  expect(again.kind).toBe('unclear_refund')
  expect((await page(again.id))?.refund?.amount).toBe('$2,050')
  expect(await refundException(again.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  expect((await payment(sessionId))?.refundedCents).toBe(300_000)
})

test('are not asked for again by old news where more was refunded than their price', async () => {
  const { city, refund, refundId, exception } = await refundedInPart(150_000)
  await restockForException(exception.id, ada, { seats: 1, expectedRefundedCents: 150_000 })
  const { refunds } = await counter.control.snapshot()
  await counter.handle(
    await counter.control.emitEvent('refund.updated', { ...refunds.find(({ id }) => id === refundId) }),
  )
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([2, []])
  // Another amount tells of the second seat.
  await refund(50_000)
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([1, []])
})

test('come back for the rest of the money, whose lost dispute was dismissed before', async () => {
  const { city, sessionId, exception } = await refundedInPart(15_000)
  const { dispute, events } = await counter.control.dispute(sessionId, { amount: 285_000 })
  await counter.handle(...events, ...(await counter.control.closeDispute(dispute.id, 'lost')).events)
  const lostToo = await exceptionOf(sessionId)
  expect(lostToo.kind).toBe('dispute_lost')
  await dismissException(lostToo.id, ada)
  expect(await restockForException(exception.id, ada, { seats: 3 })).toMatchObject({ ok: true })
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([0, []])
  expect(await payment(sessionId)).toMatchObject({ state: 'refunded', lostCents: 285_000 })
})

test('are taken again for that refund alone, where a bank took the money of another one', async () => {
  const { city, sessionId, refundId, exception } = await refundedInPart(85_000)
  await restockForException(exception.id, ada, { seats: 1 })
  const { dispute, events } = await counter.control.dispute(sessionId, { amount: 100_000 })
  await counter.handle(...events, ...(await counter.control.closeDispute(dispute.id, 'lost')).events)
  await restockForException((await exceptionOf(sessionId)).id, ada, { expectedSeats: 1 })
  expect(await sold(city)).toBe(1)
  await counter.handle(...(await counter.control.failRefund(refundId)).events)
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([2, []])
  expect(await payment(sessionId)).toMatchObject({ seatsReturned: 1, lostCents: 100_000 })
})

test('are taken again where the refund fails that a part was kept of, and nothing is kept', async () => {
  const { city, sessionId, refund, refundId, exception } = await refundedInPart(85_000)
  await restockForException(exception.id, ada, { seats: 1, expectedRefundedCents: 85_000 })
  await counter.handle(...(await counter.control.failRefund(refundId)).events)
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([3, []])
  expect(await payment(sessionId)).toMatchObject({ state: 'sold', seatsReturned: 0, lostCents: 0 })
  // The same amount once more is for what was decided about it.
  await refund(85_000)
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([2, []])
  expect(await payment(sessionId)).toMatchObject({ seatsReturned: 1, lostCents: 15_000 })
})

test('are all taken again, where more was kept than one of them cost', async () => {
  const { city, sessionId, refundId, exception } = await refundedInPart(90_000)
  await restockForException(exception.id, ada, { seats: 3 })
  expect(await payment(sessionId)).toMatchObject({ state: 'refunded', lostCents: 210_000 })
  await counter.handle(...(await counter.control.failRefund(refundId)).events)
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([3, []])
  expect(await payment(sessionId)).toMatchObject({ state: 'sold', seatsReturned: 0, lostCents: 0 })
})

test('wait for a person where others have them by the time that refund fails', async () => {
  const { city, sessionId, refundId, exception } = await refundedInPart(85_000, { ga: 3 })
  await restockForException(exception.id, ada, { seats: 1 })
  await sell(city, 1)
  await counter.handle(...(await counter.control.failRefund(refundId)).events)
  expect(await payment(sessionId)).toMatchObject({ state: 'sold', seatsReturned: 1 })
  const failed = await exceptionOf(sessionId)
  expect(failed.kind).toBe('refund_failed')
  expect((await page(failed.id))?.expand).toMatchObject({ seats: 1, added: 1 })
  expect(await expandForException(failed.id, ada, { mostAdded: 1 })).toMatchObject({ ok: true })
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([4, []])
})

test('are taken again before anybody asks what is left of the refunds was for', async () => {
  const { city, sessionId, refund, exception } = await refundedInPart(15_000)
  await dismissException(exception.id, ada)
  const ticket = await refund(100_000)
  const both = await exceptionOf(sessionId)
  await restockForException(both.id, ada, { seats: 1 })
  expect(await sold(city)).toBe(2)
  await counter.handle(...(await counter.control.failRefund(ticket.id)).events)
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([3, ['unclear_refund']])
  expect(await exceptionOf(sessionId)).toMatchObject({ refundedCents: 15_000, state: 'open' })
})

test('are not added for what is unclear, and the failed refund is over once they are taken', async () => {
  const { city, sessionId, refund, exception } = await refundedInPart(15_000, { ga: 3 })
  await dismissException(exception.id, ada)
  const ticket = await refund(100_000)
  await restockForException((await exceptionOf(sessionId)).id, ada, { seats: 1 })
  const other = await sell(city, 1)
  const { events } = await counter.control.failRefund(ticket.id)
  await counter.handle(...events)
  expect(await kindsWaiting(exception)).toEqual(['refund_failed'])
  const { id } = await exceptionOf(sessionId)
  expect(await expandForException(id, ada)).toMatchObject({ code: 'not_fitting' })
  await counter.handle(...(await counter.control.refund(other)).events)
  expect(await expandForException(id, ada)).toMatchObject({ code: 'not_fitting' })
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([2, ['refund_failed']])
  const { refunds } = await counter.control.snapshot()
  const failed = refunds.find((one) => one.id === ticket.id)
  await counter.handle(await counter.control.emitEvent('refund.failed', { ...failed }))
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([3, ['unclear_refund']])
})

test.each([
  ['all of them', 85_000, 215_000, 3],
  ['two', 15_000, 185_000, 2],
])(
  'count the money once that a refund and a lost dispute took together: %s',
  async (_, cents, taken, seats) => {
    const { city, sessionId, exception } = await refundedInPart(cents)
    const { dispute, events } = await counter.control.dispute(sessionId, { amount: taken })
    await counter.handle(...events, ...(await counter.control.closeDispute(dispute.id, 'lost')).events)
    const { id } = await exceptionOf(sessionId)
    await restockForException(exception.id, ada, { seats })
    expect(await offered(id)).toMatchObject({ seats: 0 })
    expect(await restockForException(id, ada, { expectedSeats: 0 })).toMatchObject({ ok: true })
    expect([await sold(city), await kindsWaiting(exception)]).toEqual([3 - seats, []])
    expect(await payment(sessionId)).toMatchObject({ seatsReturned: seats, lostCents: taken })
  },
)
