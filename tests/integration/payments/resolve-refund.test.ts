import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { getException, listExceptions } from '@/lib/payments/read-exceptions'
import { assignException } from '@/lib/payments/resolve-assign'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { expandForException } from '@/lib/payments/resolve-expand'
import { refundException } from '@/lib/payments/resolve-refund'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

const counter = ticketCounter()
const { sell, exceptionOf, withoutSeat, twoOfThreeKept, nowhere, refundsAtStripe } = unplacedPayments(counter)

test('a refund through Stripe: once, on the row with who and why, and the payment is over', async () => {
  const { city, exception } = await withoutSeat()
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  expect(await refundException(exception.id, ada)).toMatchObject({ ok: false, code: 'already_resolved' })
  const [refund, ...more] = await refundsAtStripe(exception)
  expect(more).toEqual([])
  expect(refund).toMatchObject({ amount: 200_000, metadata: { exceptionId: String(exception.id) } })
  expect(await getException(exception.id)).toMatchObject({
    state: 'resolved',
    resolution: 'refunded',
    resolvedBy: 'ada',
    reason: 'the buyer called',
    refundId: refund?.id,
    refundedCents: 200_000,
    payment: { state: 'refunded' },
    resolutions: [],
  })
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

test('its webhook changes nothing more, also when it is faster than our own note', async () => {
  const { exception } = await withoutSeat()
  await counter.control.fault({ match: 'POST /v1/refunds', kind: 'status-after', status: 500 })
  expect(await refundException(exception.id, ada)).toMatchObject({ ok: false, code: 'payment_unavailable' })
  expect(await getException(exception.id)).toMatchObject({ state: 'open', claimedBy: null, reason: null })
  const { events } = await counter.control.snapshot()
  const [refund] = await refundsAtStripe(exception)
  await counter.handle(...events.filter(({ objectId }) => objectId === refund?.id))
  expect(await getException(exception.id)).toMatchObject({ state: 'resolved', resolution: 'refunded' })
  expect(await refundException(exception.id, ada)).toMatchObject({ ok: false, code: 'already_resolved' })
  expect(await refundsAtStripe(exception)).toHaveLength(1)
})

test.each(['status-after', 'disconnect-after'] as const)(
  'a refund whose answer was lost (%s) is found again',
  async (kind) => {
    const { exception } = await withoutSeat()
    await counter.control.fault({ match: 'POST /v1/refunds', kind, times: 2 })
    expect(await refundException(exception.id, ada)).toMatchObject({ ok: false, code: 'payment_unavailable' })
    await counter.control.clearFaults()
    expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
    expect(await refundsAtStripe(exception)).toHaveLength(1)
  },
)

test('what was refunded in the dashboard already is noted as it is', async () => {
  const { exception } = await withoutSeat()
  await counter.control.refund(exception.payment.paymentIntentId ?? '')
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  expect(await refundsAtStripe(exception)).toHaveLength(1)
  expect(await getException(exception.id)).toMatchObject({ refundedCents: 200_000, refundId: null })
})

test('a part was refunded already: the rest goes back', async () => {
  const { exception } = await withoutSeat()
  await counter.control.refund(exception.payment.paymentIntentId ?? '', 30_000)
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  const amounts = (await refundsAtStripe(exception)).map(({ amount }) => amount)
  expect(amounts.sort()).toEqual([170_000, 30_000])
})

test('a refund that Stripe refuses leaves the exception open', async () => {
  const { exception } = await withoutSeat()
  await counter.control.dispute(exception.payment.paymentIntentId ?? '')
  expect(await refundException(exception.id, ada)).toMatchObject({
    ok: false,
    code: 'refund_refused',
    message: 'Stripe refused the refund: charge_disputed',
  })
  expect(await getException(exception.id)).toMatchObject({ state: 'open', claimedBy: null })
})

test('seats that were kept for the payment are free once it is refunded, or dismissed', async () => {
  for (const resolve of [
    (id: number) => refundException(id, ada),
    (id: number) => dismissException(id, ada),
  ]) {
    const { city, exception } = await twoOfThreeKept()
    expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 2 })
    expect(await resolve(exception.id)).toMatchObject({ ok: true })
    expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  }
})

test('the rest of an unclear refund goes back, and so do all seats', async () => {
  const city = await counter.aCity()
  const sessionId = await sell(city, 3)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  const { id } = await exceptionOf(sessionId)
  expect(await refundException(id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
  const [row] = await counter.rows(
    sql`select actor, reason from inventory_transactions where city_id = ${city} and operation = 'restock'`,
  )
  expect(row).toEqual({ actor: 'ada', reason: 'the buyer called' })
})

test('one refund closes all that waits about its payment, though no webhook tells of it', async () => {
  const city = await counter.aCity({ ga: 3 })
  const sessionId = await sell(city, 3)
  const ticket = await counter.control.refund(sessionId, 100_000)
  await counter.handle(...ticket.events)
  await sell(city, 1)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  await counter.handle(...(await counter.control.failRefund(ticket.refund.id)).events)
  const waiting = async () =>
    (await listExceptions()).exceptions.filter(({ payment }) => payment.sessionId === sessionId)
  const [last, ...others] = await waiting()
  expect([last, ...others].map((one) => one?.kind)).toEqual(['refund_failed', 'unclear_refund'])
  expect(await refundException(last?.id ?? 0, ada)).toEqual({ ok: true, resolution: 'refunded' })
  expect(await waiting()).toEqual([])
})

test('a refund that failed is made again, or its payment gets seats after all', async () => {
  const target = await counter.aCity()
  for (const assign of [false, true]) {
    const unknown = await nowhere()
    await refundException(unknown.id, ada)
    const [refund] = await refundsAtStripe(unknown)
    await counter.handle(...(await counter.control.failRefund(refund?.id ?? '')).events)
    const failed = await exceptionOf(unknown.payment.sessionId ?? '')
    expect(failed).toMatchObject({ kind: 'refund_failed', state: 'open', payment: { state: 'exception' } })
    expect(await expandForException(failed.id, ada)).toMatchObject({ ok: false })
    const result = assign
      ? await assignException(failed.id, { cityId: target, tier: 'ga', quantity: 1 }, ada)
      : await refundException(failed.id, ada)
    expect(result).toEqual({ ok: true, resolution: assign ? 'assigned' : 'refunded' })
  }
  expect(await counter.stock(target)).toMatchObject({ sold: 1 })
})
