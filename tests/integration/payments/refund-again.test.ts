import { expect, test } from 'vitest'
import { getException } from '@/lib/payments/read-exceptions'
import { refundException } from '@/lib/payments/resolve-refund'
import { refundPayment } from '@/lib/stripe/refund-payment'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

/** What failed beside a refund of ours is refunded again, and nothing twice. */

const counter = ticketCounter()
const { sell, exceptionOf, withoutSeat, refundsAtStripe } = unplacedPayments(counter)

/** Ours went back at once, and a part of 100,000 from the dashboard has failed at the bank after it. */
async function partFailedAfterOurs(seat: boolean) {
  const { control } = counter
  const withSeats = async () => {
    const city = await counter.aCity()
    const sessionId = await sell(city, 3)
    await counter.handle(...(await control.refund(sessionId, 15_000)).events)
    return { city, exception: await exceptionOf(sessionId) }
  }
  const { city, exception } = await (seat ? withSeats() : withoutSeat())
  const intent = exception.payment.paymentIntentId ?? ''
  const part = await control.refund(intent, 100_000, { status: 'pending' })
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refund_pending' })
  await counter.handle(...(await control.failRefund(part.refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({
    state: 'open',
    refundedCents: seat ? 200_000 : 100_000,
  })
  return { city, exception, part: part.refund }
}

test.each([true, false])(
  'ours went back, and a part after it failed: that part is refunded again, once (seats: %s)',
  async (seat) => {
    const { city, exception } = await partFailedAfterOurs(seat)
    const before = (await refundsAtStripe(exception)).length
    await counter.control.fault({ match: 'POST /v1/refunds', kind: 'disconnect-after', times: 2 })
    expect(await refundException(exception.id, ada)).toMatchObject({ code: 'payment_unavailable' })
    await counter.control.clearFaults()
    const both = await Promise.all([refundException(exception.id, ada), refundException(exception.id, ada)])
    expect(both).toContainEqual({ ok: true, resolution: 'refunded' })
    const refunds = await refundsAtStripe(exception)
    expect(refunds).toHaveLength(before + 1)
    const back = refunds.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount)
    expect(back.reduce((sum, amount) => sum + amount, 0)).toBe(exception.amountCents)
    expect(back.filter((amount) => amount === 100_000)).toHaveLength(seat ? 1 : 2)
    expect(await getException(exception.id)).toMatchObject({
      state: 'resolved',
      resolution: 'refunded',
      refundedCents: exception.amountCents,
      payment: { state: 'refunded' },
    })
    expect(await counter.stock(city)).toMatchObject({ sold: seat ? 0 : 2 })
  },
)

test('with nothing left to refund none was made, and then a part failed: that is refunded at once, not in a day', async () => {
  const { exception } = await withoutSeat()
  const { control } = counter
  const intent = exception.payment.paymentIntentId ?? ''
  await counter.handle(...(await control.refund(intent, 120_000)).events)
  const part = await control.refund(intent, 80_000, { status: 'pending' })
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refund_pending' })
  await counter.handle(...(await control.failRefund(part.refund.id)).events)
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  expect(await refundsAtStripe(exception)).toHaveLength(3)
})

test.each([400, 500])(
  'what Stripe answered with %i, and keeps for a day, is tried again at the next claim',
  async (status) => {
    const { exception } = await withoutSeat()
    await counter.control.fault({ match: 'POST /v1/refunds', kind: 'status-kept', status })
    expect(await refundException(exception.id, ada)).toMatchObject({ ok: false })
    expect(await refundsAtStripe(exception)).toEqual([])
    expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
    expect(await refundsAtStripe(exception)).toHaveLength(1)
  },
)

test('claims whose calls meet at Stripe, each with a key of its own, send the money once', async () => {
  const { exception } = await withoutSeat()
  const intent = exception.payment.paymentIntentId ?? ''
  await counter.handle(...(await counter.control.refund(intent, 30_000)).events)
  const attempt = (claim: number) =>
    refundPayment({ paymentIntentId: intent, exceptionId: exception.id, claimedAt: new Date(claim) })
  const attempts = await Promise.all([1, 2, 3].map(attempt))
  const amounts = (await refundsAtStripe(exception)).map(({ amount }) => amount)
  expect(amounts.sort()).toEqual([170_000, 30_000])
  expect(attempts).toMatchObject(attempts.map(() => ({ kind: 'made', own: { amount: 170_000 } })))
})

test('two who refund the same payment at once make one refund', async () => {
  const { exception } = await partFailedAfterOurs(false)
  const before = (await refundsAtStripe(exception)).length
  const request = {
    paymentIntentId: exception.payment.paymentIntentId ?? '',
    exceptionId: exception.id,
    claimedAt: new Date(),
  }
  await Promise.all([1, 2, 3].map(() => refundPayment(request)))
  expect(await refundPayment(request)).toMatchObject({ kind: 'made', own: { status: 'succeeded' } })
  expect(await refundsAtStripe(exception)).toHaveLength(before + 1)
})
