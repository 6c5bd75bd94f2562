import { expect, test } from 'vitest'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { getException } from '@/lib/payments/read-exceptions'
import { assignException } from '@/lib/payments/resolve-assign'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { expandForException } from '@/lib/payments/resolve-expand'
import { refundException } from '@/lib/payments/resolve-refund'
import { refundsAtTheBank } from '@/tests/support/refunds-at-the-bank'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

/** Refunds that take their time at the bank, whoever made them. */

const counter = ticketCounter()
const { sell, exceptionOf, withoutSeat, refundsAtStripe } = unplacedPayments(counter)
const { askPending, alertsAbout, failuresTold, failedWithFreeSeats } = refundsAtTheBank(counter)

test('a refund that takes its time: the news closes the exception, in the name of who asked for it', async () => {
  const { exception } = await withoutSeat()
  const { refund } = await counter.control.refund(exception.payment.paymentIntentId ?? '', null, {
    status: 'pending',
    metadata: { exceptionId: String(exception.id) },
  })
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refund_pending' })
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving', claimedBy: 'ada' })
  await counter.handle(...(await counter.control.settleRefund(refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({
    state: 'resolved',
    resolution: 'refunded',
    resolvedBy: 'ada',
    reason: 'the buyer called',
  })
})

test('while it is on its way nobody gives the payment seats, however long; Stripe can be asked again', async () => {
  const { city, exception } = await withoutSeat()
  const refund = await askPending(exception)
  await counter.advance(6)
  const bob = { actor: 'bob', reason: 'they want to come' }
  const refused = {
    ok: false,
    code: 'being_resolved',
    message: expect.stringContaining('on its way') as string,
  }
  expect(await expandForException(exception.id, bob)).toMatchObject(refused)
  expect(await dismissException(exception.id, bob)).toMatchObject(refused)
  expect(await counter.stock(city)).toMatchObject({ actual: 2 })
  expect(await getException(exception.id)).toMatchObject({ isRefunding: true, resolutions: ['refund'] })
  await counter.control.fault({ match: 'GET /v1/refunds', kind: 'status', status: 500, times: 20 })
  expect(await refundException(exception.id, bob)).toMatchObject({ code: 'payment_unavailable' })
  await counter.control.clearFaults()
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving' })
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({ state: 'open', isRefunding: false })
})

test('the buyer reads so as long as it is: not that a person has to look at the order', async () => {
  const { exception } = await withoutSeat()
  const sessionId = exception.payment.sessionId ?? ''
  const shown = async () => (await getOrderStatus(sessionId)).state
  const refund = async (amount: number | null) => {
    const made = await counter.control.refund(sessionId, amount, { status: 'pending' })
    await counter.handle(...made.events)
    return made.refund.id
  }
  expect(await shown()).toBe('needs_attention')
  const part = await refund(50_000)
  expect(await shown()).toBe('needs_attention')
  const rest = await refund(null)
  expect(await shown()).toBe('refund_pending')
  await counter.handle(...(await counter.control.settleRefund(part)).events)
  expect(await shown()).toBe('refund_pending')
  await counter.handle(...(await counter.control.failRefund(rest)).events)
  expect(await shown()).toBe('needs_attention')
  const again = await refund(null)
  expect(await shown()).toBe('refund_pending')
  await counter.handle(...(await counter.control.settleRefund(again)).events)
  expect(await shown()).toBe('refunded')
})

test('anybody can ask Stripe about it at once, and it stays the refund of who made it', async () => {
  const { exception } = await withoutSeat()
  const refund = await askPending(exception)
  const bob = { actor: 'bob', reason: 'I cannot wait' }
  expect(await refundException(exception.id, bob)).toEqual({ ok: true, resolution: 'refund_pending' })
  await counter.control.settleRefund(refund.id)
  expect(await refundException(exception.id, bob)).toEqual({ ok: true, resolution: 'refunded' })
  expect(await getException(exception.id)).toMatchObject({
    state: 'resolved',
    resolvedBy: ada.actor,
    reason: ada.reason,
  })
  expect(await refundException(exception.id, bob)).toMatchObject({ code: 'already_resolved' })
  expect(await refundsAtStripe(exception)).toHaveLength(1)
})

test('or it fails at the bank: the exception is open again, and a second refund can be made', async () => {
  const { exception } = await withoutSeat()
  const refund = await askPending(exception)
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({ state: 'open', claimedBy: null })
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  const states = (await refundsAtStripe(exception)).map(({ status }) => status)
  expect(states.sort()).toEqual(['failed', 'succeeded'])
})

test('a refund at the bank closes nothing, though its seats fit what went back so far', async () => {
  const { city, exception } = await failedWithFreeSeats()
  const refund = await askPending(exception)
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving', refundId: refund.id })
  const { events } = await counter.control.snapshot()
  await counter.handle(...events.filter(({ objectId }) => objectId === refund.id))
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving', isRefunding: true })
  const failed = await counter.control.failRefund(refund.id)
  await counter.handle(...failed.events)
  expect(await getException(exception.id)).toMatchObject({ state: 'open', isRefunding: false })
  expect(await alertsAbout(exception.id)).toMatchObject([
    { subject: expect.stringContaining('needs a person') as string },
    { subject: 'A refund has failed at the bank' },
  ])
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refunded' })
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
})

test('nobody is told that the money went back where its refund had failed by the time of Stripe’s answer', async () => {
  const { city, exception } = await failedWithFreeSeats()
  const ownRefunds = async () =>
    (await refundsAtStripe(exception)).filter(({ metadata }) => metadata.exceptionId === String(exception.id))
  await counter.control.fault({ match: 'POST /v1/refunds', kind: 'slow-after', delayMs: 1_500 })
  const refunded = refundException(exception.id, ada)
  await until(async () => (await ownRefunds()).length > 0)
  const [refund] = await ownRefunds()
  await counter.handle(...(await counter.control.failRefund(refund?.id ?? '')).events)
  expect(await refunded).toMatchObject({ ok: false, code: 'refund_refused' })
  // The money is ours, and so the seats are the buyer's again.
  expect(await counter.stock(city)).toMatchObject({ sold: 3 })
})

test('its failure is told, too, where its exception was closed by other news while Stripe was asked for it', async () => {
  const sessionId = await sell(await counter.aCity(), 3)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  const { id } = await exceptionOf(sessionId)
  const other = await counter.control.refund(sessionId, 85_000)
  const { refund } = await counter.control.refund(sessionId, null, {
    status: 'pending',
    metadata: { exceptionId: String(id) },
  })
  const list = 'GET /v1/refunds'
  const asked = (await counter.control.requests(list)).length
  await counter.control.fault({ match: list, kind: 'slow-after', delayMs: 1_500 })
  const refunded = refundException(id, ada)
  await until(async () => (await counter.control.requests(list)).length > asked)
  await counter.handle(...other.events.filter(({ type }) => type === 'refund.created'))
  expect(await getException(id)).toMatchObject({ state: 'resolved', resolution: 'settled' })
  expect(await refunded).toEqual({ ok: true, resolution: 'refund_pending' })
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await failuresTold(id)).toBe(1)
})

test('the rest of an unclear refund is at the bank while another refund makes it clear', async () => {
  const city = await counter.aCity()
  const sessionId = await sell(city, 3)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  const exception = await exceptionOf(sessionId)
  const other = await counter.control.refund(sessionId, 85_000)
  const refund = await askPending(exception)
  await counter.handle(...other.events)
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving', refundId: refund.id })
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({ state: 'open' })
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
})

test('our refund is made, and one from the dashboard is still at the bank: that is waited for', async () => {
  for (const arrives of [true, false]) {
    const { exception } = await withoutSeat()
    const { control } = counter
    const part = await control.refund(exception.payment.paymentIntentId ?? '', 30_000, { status: 'pending' })
    expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refund_pending' })
    const told = await (arrives ? control.settleRefund(part.refund.id) : control.failRefund(part.refund.id))
    await counter.handle(...told.events)
    expect(await getException(exception.id)).toMatchObject({ state: arrives ? 'resolved' : 'open' })
  }
})

const onItsWay = {
  ok: false,
  code: 'being_resolved',
  message: expect.stringContaining('on its way') as string,
}

test('nobody gives seats while a refund that our own note does not name is at the bank', async () => {
  const other = await counter.aCity()
  for (const metadata of ['ours', 'of the dashboard']) {
    const { city, exception } = await withoutSeat()
    const { refund, events } = await counter.control.refund(exception.payment.paymentIntentId ?? '', null, {
      status: 'pending',
      ...(metadata === 'ours' && { metadata: { exceptionId: String(exception.id) } }),
    })
    if (metadata === 'ours') {
      // Stripe has made it, and whoever asked for it does not hear of it.
      await counter.control.fault({ match: 'GET /v1/refunds', kind: 'status', status: 500, times: 20 })
      expect(await refundException(exception.id, ada)).toMatchObject({ code: 'payment_unavailable' })
      await counter.control.clearFaults()
    }
    expect(await getException(exception.id)).toMatchObject({ state: 'open', isRefunding: false })
    await counter.handle(...events)
    expect(await getException(exception.id)).toMatchObject({
      state: 'open',
      refundId: null,
      isRefunding: true,
      resolutions: ['refund'],
    })
    expect(await expandForException(exception.id, ada)).toMatchObject(onItsWay)
    expect(await assignException(exception.id, { cityId: other, tier: 'ga' }, ada)).toMatchObject(onItsWay)
    expect(await dismissException(exception.id, ada)).toMatchObject(onItsWay)
    const failed = await counter.control.failRefund(refund.id)
    expect(failed.events.length).toBeGreaterThan(1)
    await counter.handle(...failed.events)
    expect(await failuresTold(exception.id)).toBe(1)
    expect(await expandForException(exception.id, ada)).toMatchObject({ ok: true })
    expect(await counter.stock(city)).toMatchObject({ sold: 4 })
  }
})

test('nor where the news of it comes after the claim, before the payment is locked', async () => {
  const other = await counter.aCity()
  const { city, exception } = await withoutSeat()
  const { id, payment } = exception
  for (const giveSeats of [
    () => assignException(id, { cityId: other, tier: 'ga' }, ada),
    () => expandForException(id, ada),
    () => dismissException(id, ada),
  ]) {
    await counter.owner.query('begin')
    await counter.owner.query('select id from payments where id = $1 for update', [payment.id])
    const given = giveSeats()
    await until(async () => (await waitingForOwner()) > 0)
    await counter.owner.query(
      `insert into refunds (id, payment_intent_id, amount_cents, status) values ('re_late', $1, 200000, 'pending')`,
      [payment.paymentIntentId],
    )
    await counter.owner.query('commit')
    expect(await given).toMatchObject({ ok: false, code: 'being_resolved' })
    expect(await getException(id)).toMatchObject({
      state: 'open',
      isRefunding: true,
      payment: { seatsSold: 0 },
    })
    await counter.owner.query(`delete from refunds where id = 're_late'`)
  }
  expect(await counter.stock(other)).toMatchObject({ sold: 0 })
  expect(await counter.stock(city)).toMatchObject({ sold: 2, actual: 2 })
})

/** How many connections wait for what the test itself keeps locked. */
async function waitingForOwner(): Promise<number> {
  const { rows } = await counter.owner.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`,
  )
  return rows[0]?.waiting ?? 0
}

test('a claim that died over such a refund is taken by whoever refunds, and not for seats', async () => {
  const { exception } = await withoutSeat()
  await counter.owner.query(
    `update payment_exceptions set state = 'resolving', claimed_by = 'bob', claimed_at = app_now() where id = $1`,
    [exception.id],
  )
  const made = await counter.control.refund(exception.payment.paymentIntentId ?? '', null, {
    status: 'pending',
  })
  await counter.handle(...made.events)
  await counter.advance(6)
  expect(await expandForException(exception.id, ada)).toMatchObject(onItsWay)
  await counter.control.fault({ match: 'GET /v1/refunds', kind: 'status', status: 500, times: 20 })
  expect(await refundException(exception.id, ada)).toMatchObject({ code: 'payment_unavailable' })
  await counter.control.clearFaults()
  expect(await getException(exception.id)).toMatchObject({ state: 'open', claimedBy: null })
  expect(await refundException(exception.id, ada)).toEqual({ ok: true, resolution: 'refund_pending' })
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving', claimedBy: 'ada' })
  await counter.handle(...(await counter.control.failRefund(made.refund.id)).events)
  expect(await getException(exception.id)).toMatchObject({ state: 'open' })
  expect((await alertsAbout(exception.id)).at(-1)).toEqual({ subject: 'A refund has failed at the bank' })
})

test('what no refund closes can be dismissed, whatever is at the bank', async () => {
  const sessionId = await sell(await counter.aCity(), 2)
  const refund = await counter.control.refund(sessionId, 100_000, { status: 'pending' })
  const { dispute, events } = await counter.control.dispute(sessionId)
  const lost = await counter.control.closeDispute(dispute.id, 'lost')
  await counter.handle(...refund.events, ...events, ...lost.events)
  const exception = await exceptionOf(sessionId)
  expect(exception).toMatchObject({
    kind: 'dispute_lost',
    isRefunding: false,
    resolutions: ['restock', 'dismiss'],
  })
  expect(await dismissException(exception.id, ada)).toMatchObject({ ok: true })
})
