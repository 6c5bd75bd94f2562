import { expect, test } from 'vitest'
import { askAboutRefund } from '@/lib/payments/ask-about-refund'
import { getException } from '@/lib/payments/read-exceptions'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { refundException } from '@/lib/payments/resolve-refund'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

const counter = ticketCounter()
const { withoutSeat, refundsAtStripe } = unplacedPayments(counter)

/** A refund made in Stripe's dashboard, which the bank keeps for days; all of it by default. */
async function atTheBank(amount: number | null = null) {
  const { exception } = await withoutSeat()
  const { control } = counter
  const intent = exception.payment.paymentIntentId ?? ''
  const { refund, events } = await control.refund(intent, amount, { status: 'pending' })
  await counter.handle(...events)
  return { id: exception.id, exception, refund }
}

test('asking changes nothing while the refund is on its way, and makes no other', async () => {
  const { id, exception } = await atTheBank(30_000)
  expect(await askAboutRefund(id)).toEqual({ ok: true, resolution: 'refund_pending' })
  expect(await getException(id)).toMatchObject({ state: 'open', claimedBy: null, isRefunding: true })
  expect(await refundsAtStripe(exception)).toHaveLength(1)
})

test('it has arrived: the exception closes, in nobody’s name; whoever asks too late is told so', async () => {
  const { id, refund } = await atTheBank()
  await counter.control.settleRefund(refund.id)
  expect(await askAboutRefund(id)).toEqual({ ok: true, resolution: 'refunded' })
  expect(await getException(id)).toMatchObject({ state: 'resolved', resolvedBy: 'system' })
  expect(await askAboutRefund(id)).toEqual({ ok: true, resolution: 'refunded' })
})

test('it has failed, or was a part only: the exception waits for a decision', async () => {
  for (const arrives of [true, false]) {
    const { id, refund } = await atTheBank(30_000)
    const { control } = counter
    await (arrives ? control.settleRefund(refund.id) : control.failRefund(refund.id))
    expect(await askAboutRefund(id)).toEqual({ ok: true, resolution: 'undecided' })
    expect(await getException(id)).toMatchObject({ state: 'open', isRefunding: false })
    expect(await dismissException(id, ada)).toMatchObject({ ok: true })
  }
})

test('one that was asked for here and has failed: the exception is open again', async () => {
  const { id, refund } = await atTheBank()
  expect(await refundException(id, ada)).toEqual({ ok: true, resolution: 'refund_pending' })
  expect(await askAboutRefund(id)).toEqual({ ok: true, resolution: 'refund_pending' })
  expect(await getException(id)).toMatchObject({ state: 'resolving', claimedBy: 'ada' })
  await counter.control.failRefund(refund.id)
  expect(await askAboutRefund(id)).toEqual({ ok: true, resolution: 'undecided' })
  expect(await getException(id)).toMatchObject({ state: 'open', claimedBy: null })
})

test('with Stripe out of reach nothing changes', async () => {
  const { id } = await atTheBank()
  await counter.control.fault({ match: 'GET /v1/refunds', kind: 'status', status: 500, times: 20 })
  expect(await askAboutRefund(id)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  await counter.control.clearFaults()
  expect(await getException(id)).toMatchObject({ state: 'open', isRefunding: true })
  expect(await askAboutRefund(9_999_999)).toMatchObject({ ok: false, code: 'unknown_exception' })
})

test('what Stripe answers cannot be applied yet: nobody is told that the refund is still on its way', async () => {
  const { id, exception, refund } = await atTheBank()
  await counter.control.settleRefund(refund.id)
  await counter.owner.query('begin')
  await counter.owner.query('select from inventory where city_id = $1 for update', [exception.cityId])
  expect(await askAboutRefund(id)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  await counter.owner.query('commit')
  expect(await askAboutRefund(id)).toEqual({ ok: true, resolution: 'refunded' })
})
