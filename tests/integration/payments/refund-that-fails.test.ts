import { expect, test } from 'vitest'
import { getException } from '@/lib/payments/read-exceptions'
import { assignException } from '@/lib/payments/resolve-assign'
import { refundException } from '@/lib/payments/resolve-refund'
import { refundsAtTheBank } from '@/tests/support/refunds-at-the-bank'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

/** Refunds that fail at the bank, whoever made them, and who is told of it. */

const counter = ticketCounter()
const { exceptionOf, withoutSeat, refundsAtStripe } = unplacedPayments(counter)
const { askPending, alertsAbout, failuresTold, failedWithFreeSeats } = refundsAtTheBank(counter)

test('a refund that fails after it closed its exception is told, also where the seats are the buyer’s again', async () => {
  const { city, exception } = await failedWithFreeSeats()
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  const { refundId } = (await getException(exception.id)) ?? {}
  await counter.handle(...(await counter.control.failRefund(refundId ?? '')).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 3 })
  expect((await alertsAbout(exception.id)).map(({ subject }) => subject)).toEqual([
    expect.stringContaining('needs a person'),
    'A refund has failed at the bank',
  ])
})

test('so is one from the dashboard that fails after ours closed the exception', async () => {
  const { exception } = await failedWithFreeSeats()
  const intent = exception.payment.paymentIntentId ?? ''
  const part = await counter.control.refund(intent, 100_000)
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  const told = await alertsAbout(exception.id)
  await counter.handle(...(await counter.control.failRefund(part.refund.id)).events)
  expect((await alertsAbout(exception.id)).slice(told.length)).toEqual([
    { subject: 'A refund has failed at the bank' },
  ])
})

test('so is one of seats that were paid for and never given: their money is owed again', async () => {
  const { control } = counter
  const { exception } = await withoutSeat(4, 4)
  const intent = exception.payment.paymentIntentId ?? ''
  const city = await counter.aCity()
  await assignException(exception.id, { cityId: city, tier: 'ga', quantity: 2 }, ada)
  const { refund, events } = await control.refund(intent, 200_000)
  await counter.handle(...events, ...(await control.failRefund(refund.id)).events)
  expect(await failuresTold(exception.id)).toBe(1)
  const [again, more] = [await control.refund(intent, 200_000), await control.refund(intent, 100_000)]
  await counter.handle(...again.events, ...more.events)
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
  // What fails now is the money of a seat, which the payment has again.
  await counter.handle(...(await control.failRefund(more.refund.id)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
  expect(await failuresTold(exception.id)).toBe(1)
})

test('one that failed before is not told again once all the money is back', async () => {
  const { exception } = await failedWithFreeSeats()
  const told = await alertsAbout(exception.id)
  const again = await counter.control.refund(exception.payment.paymentIntentId ?? '')
  await counter.handle(...again.events)
  expect(await getException(exception.id)).toMatchObject({ state: 'resolved', resolution: 'refunded' })
  const refunds = await refundsAtStripe(exception)
  const failed = refunds.find(({ status }) => status === 'failed')
  await counter.handle(await counter.control.emitEvent('refund.failed', failed))
  expect(await alertsAbout(exception.id)).toEqual(told)
})

test('and is told once where it opens an exception of its own', async () => {
  const { exception } = await withoutSeat()
  await refundException(exception.id, ada)
  const [refund] = await refundsAtStripe(exception)
  await counter.handle(...(await counter.control.failRefund(refund?.id ?? '')).events)
  const failed = await exceptionOf(exception.payment.sessionId ?? '')
  expect(failed).toMatchObject({ kind: 'refund_failed' })
  expect(await alertsAbout(exception.id)).toHaveLength(1)
  expect(await alertsAbout(failed.id)).toHaveLength(1)
})

test('two halves are at the bank, and only the first arrives: the exception is open again, and that is told', async () => {
  const { exception } = await withoutSeat()
  const { control } = counter
  const intent = exception.payment.paymentIntentId ?? ''
  const second = await control.refund(intent, 100_000, { status: 'pending' })
  const first = await control.refund(intent, 100_000, { status: 'pending' })
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refund_pending' })
  const named = (await getException(exception.id))?.refundId
  const [arrives, fails] = named === first.refund.id ? [first, second] : [second, first]
  await counter.handle(...(await control.settleRefund(arrives.refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving', refundId: arrives.refund.id })
  await counter.handle(...(await control.failRefund(fails.refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({ state: 'open', claimedBy: null })
  expect(await failuresTold(exception.id)).toBe(1)
})

test('a part fails while our own refund is at the bank: that is told once ours has arrived', async () => {
  const { exception } = await withoutSeat()
  const { control } = counter
  const part = await control.refund(exception.payment.paymentIntentId ?? '', 30_000, { status: 'pending' })
  const own = await askPending(exception)
  expect(await getException(exception.id)).toMatchObject({ refundId: own.id })
  await counter.handle(...(await control.failRefund(part.refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving', isRefunding: true })
  expect(await failuresTold(exception.id)).toBe(0)
  await counter.handle(...(await control.settleRefund(own.id)).events)
  expect(await getException(exception.id)).toMatchObject({ state: 'open', claimedBy: null })
  expect(await failuresTold(exception.id)).toBe(1)
})
