import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentException } from '@/app/presenters/console/exception-page'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { resetInventory } from '@/lib/inventory'
import { undoReset } from '@/lib/inventory/admin'
import { getException, listExceptions, type PaymentException } from '@/lib/payments/read-exceptions'
import { assignException } from '@/lib/payments/resolve-assign'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { restockForException } from '@/lib/payments/resolve-restock'
import { findPayments } from '@/tests/support/find-payments'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, kindsWaiting, unplacedPayments } from '@/tests/support/unplaced-payments'
import { until } from '@/tests/support/until'

/** Seats whose money a bank has taken. At the end of all, an audit finds nothing. */

const counter = ticketCounter()
const { sell, exceptionOf, withoutSeat } = unplacedPayments(counter)

/** Three seats are sold, and the bank takes the money of so many. */
async function lost(seats: number, cents = seats * 100_000) {
  const city = await counter.aCity()
  const sessionId = await sell(city, 3)
  const { dispute, events } = await counter.control.dispute(sessionId, { amount: cents })
  const closed = await counter.control.closeDispute(dispute.id, 'lost')
  await counter.handle(...events, ...closed.events)
  const exception = await exceptionOf(sessionId)
  return { city, sessionId, dispute: closed.dispute, exception }
}

const sold = async (city: string) => (await counter.stock(city)).sold
const payment = async (sessionId: string) => (await findPayments(sessionId))[0]
const offered = async (id: number) =>
  (await presentException(id, { cityId: null, tier: null, quantity: null }))?.restock

const returned = (city: string) =>
  counter.rows(
    sql<object>`select operation, quantity, actor, authorized_by, reason, payment_id is not null as "hasPayment"
      from inventory_transactions where city_id = ${city} and operation not in ('open', 'decrement')`,
  )

test('come back to stock, in the ledger with who and why', async () => {
  const { city, sessionId, exception } = await lost(3)
  expect(exception).toMatchObject({ lostCents: 300_000, resolutions: ['restock', 'dismiss'] })
  expect(await offered(exception.id)).toEqual({
    because: 'lost',
    amount: '$3,000',
    seats: 3,
    isBeforeReset: false,
    neverGot: false,
  })
  const done = await restockForException(exception.id, ada, { expectedSeats: 3 })
  expect(done).toEqual({ ok: true, resolution: 'restocked' })
  expect(await sold(city)).toBe(0)
  expect(await payment(sessionId)).toMatchObject({ state: 'refunded', seatsReturned: 3, lostCents: 300_000 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'refunded', hasSeats: false })
  expect(await returned(city)).toEqual([
    {
      operation: 'restock',
      quantity: -3,
      hasPayment: true,
      actor: 'ada',
      authorized_by: 'Ada L.',
      reason: 'the buyer called',
    },
  ])
  expect(await getException(exception.id)).toMatchObject({
    state: 'resolved',
    resolution: 'restocked',
    resolvedBy: 'ada',
  })
  expect(await restockForException(exception.id, ada)).toMatchObject({ code: 'already_resolved' })
})

test('name their dispute as the reason where nobody gives another', async () => {
  const { city, exception } = await lost(1)
  await restockForException(exception.id, { actor: 'ada' })
  expect(await returned(city)).toMatchObject([{ quantity: -1, reason: exception.detail }])
  expect(exception.detail).toMatch(/^Dispute .* was lost$/)
})

test('stay sold where the exception is dismissed', async () => {
  const { city, sessionId, exception } = await lost(3)
  await dismissException(exception.id, ada)
  expect(await sold(city)).toBe(3)
  expect(await payment(sessionId)).toMatchObject({ state: 'sold', seatsReturned: 0, lostCents: 0 })
  expect(await returned(city)).toEqual([])
})

test('do not come back a second time by refunds of the rest, nor by old news of the dispute', async () => {
  const { city, sessionId, dispute, exception } = await lost(1)
  await restockForException(exception.id, ada)
  await counter.handle(await counter.control.emitEvent('charge.dispute.closed', dispute))
  expect(await kindsWaiting(exception)).toEqual([])
  expect(await sold(city)).toBe(2)
  const intent = exception.payment.paymentIntentId
  const refund = async (id: string, amount: number, status = 'succeeded') =>
    counter.handle(
      await counter.control.emitEvent('refund.updated', {
        id: `${id}_${city}`,
        object: 'refund',
        payment_intent: intent,
        amount,
        status,
      }),
    )
  await refund('re_rest', 200_000)
  expect(await sold(city)).toBe(0)
  await refund('re_more', 100_000)
  expect(await sold(city)).toBe(0)
  expect(await payment(sessionId)).toMatchObject({ seatsReturned: 3, lostCents: 100_000 })
  // What the bank took stays lost, though a refund fails.
  await refund('re_more', 100_000, 'failed')
  await refund('re_rest', 200_000, 'failed')
  expect(await sold(city)).toBe(2)
  expect(await payment(sessionId)).toMatchObject({ state: 'sold', seatsReturned: 1 })
})

test('are none where a refund had given them back, and stay so though that refund fails', async () => {
  const { control } = counter
  const city = await counter.aCity()
  const sessionId = await sell(city, 3)
  const { refund, events } = await control.refund(sessionId)
  await counter.handle(...events)
  const { dispute, events: disputed } = await control.dispute(sessionId)
  await counter.handle(...disputed, ...(await control.closeDispute(dispute.id, 'lost')).events)
  const { id } = await exceptionOf(sessionId)
  expect(await offered(id)).toEqual({
    because: 'lost',
    amount: '$3,000',
    seats: 0,
    isBeforeReset: false,
    neverGot: false,
  })
  expect(await restockForException(id, ada, { expectedSeats: 0 })).toEqual({
    ok: true,
    resolution: 'settled',
  })
  expect(await payment(sessionId)).toMatchObject({ seatsReturned: 3, lostCents: 300_000 })
  await counter.handle(...(await control.failRefund(refund.id)).events)
  expect(await sold(city)).toBe(0)
  expect(await payment(sessionId)).toMatchObject({ state: 'refunded', seatsReturned: 3 })
  expect((await exceptionOf(sessionId)).id).toBe(id)
})

test('are those of all disputes that were lost while the exception waited', async () => {
  const { city, dispute, exception } = await lost(1)
  const second = { ...dispute, id: `${dispute.id}_second`, amount: 100_000 }
  for (let time = 0; time < 2; time++)
    await counter.handle(await counter.control.emitEvent('charge.dispute.closed', second))
  expect(await getException(exception.id)).toMatchObject({ lostCents: 200_000 })
  // The admin saw the page before that.
  expect(await restockForException(exception.id, ada, { expectedSeats: 1 })).toMatchObject({
    code: 'numbers_moved',
  })
  expect([await sold(city), (await getException(exception.id))?.state]).toEqual([3, 'open'])
  expect(await restockForException(exception.id, ada, { expectedSeats: 2 })).toMatchObject({ ok: true })
  await counter.handle(await counter.control.emitEvent('charge.dispute.closed', second))
  expect(await kindsWaiting(exception)).toEqual([])
  expect(await sold(city)).toBe(1)
})

test('are those of a dispute, too, that is told of just when somebody decides', async () => {
  const { city, dispute, exception } = await lost(1)
  const { owner } = counter
  await owner.query('begin')
  await owner.query('select from payments where id = $1 for update', [exception.payment.id])
  const restocked = restockForException(exception.id, ada, { expectedSeats: 1 })
  await until(async () => {
    const waiting = 'select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))'
    return (await owner.query(waiting)).rows.length > 0
  })
  await owner.query(
    'update payment_exceptions set further_disputes = jsonb_build_object($2::text, 100000) where id = $1',
    [exception.id, `${dispute.id}_second`],
  )
  await owner.query('commit')
  expect(await restocked).toMatchObject({ code: 'numbers_moved' })
  expect(await getException(exception.id)).toMatchObject({ state: 'open', lostCents: 200_000 })
  expect(await sold(city)).toBe(3)
})

test('are only those that a payment got: money for the others gives none back', async () => {
  for (const [cents, seats] of [
    [200_000, 0],
    [400_000, 2],
  ] as const) {
    const { exception } = await withoutSeat(4, 4)
    const { sessionId } = exception.payment
    const other = await counter.aCity()
    await assignException(exception.id, { cityId: other, tier: 'ga', quantity: 2 }, ada)
    const { dispute, events } = await counter.control.dispute(sessionId ?? '', { amount: cents })
    await counter.handle(...events, ...(await counter.control.closeDispute(dispute.id, 'lost')).events)
    const { id } = await exceptionOf(sessionId ?? '')
    expect(await offered(id)).toMatchObject({ seats, neverGot: seats === 0 })
    expect(await restockForException(id, ada, { expectedSeats: seats })).toMatchObject({ ok: true })
    expect(await sold(other)).toBe(2 - seats)
  }
})

test('are not guessed where the money is no whole number of tickets', async () => {
  const { city, exception } = await lost(1, 85_000)
  expect(await offered(exception.id)).toMatchObject({ amount: '$850', seats: null })
  expect(await restockForException(exception.id, ada)).toMatchObject({ ok: false, code: 'not_fitting' })
  expect([await sold(city), (await getException(exception.id))?.state]).toEqual([3, 'open'])
  // A refund of the rest of the ticket makes it one, and its own exception is over with that.
  await counter.handle(
    await counter.control.emitEvent('refund.updated', {
      id: `re_${city}`,
      object: 'refund',
      payment_intent: exception.payment.paymentIntentId,
      amount: 15_000,
      status: 'succeeded',
    }),
  )
  expect(await restockForException(exception.id, ada, { expectedSeats: 1 })).toMatchObject({ ok: true })
  const { exceptions } = await listExceptions({ state: 'all' })
  const own = exceptions.filter((one) => one.payment.id === exception.payment.id)
  expect(own.map(({ kind, resolution }) => [kind, resolution])).toEqual([
    ['unclear_refund', 'settled'],
    ['dispute_lost', 'restocked'],
  ])
  expect(await sold(city)).toBe(2)
})

/** Three seats are sold and refunded, others take them, and the refund fails; then the bank takes the money of one. */
async function lostBesideAFailedRefund() {
  const { control } = counter
  const city = await counter.aCity({ ga: 3 })
  const sessionId = await sell(city, 3)
  const { refund, events } = await control.refund(sessionId)
  await counter.handle(...events)
  await sell(city, 3)
  await counter.handle(...(await control.failRefund(refund.id)).events)
  const { id: failedId } = await exceptionOf(sessionId)
  const { dispute, events: disputed } = await control.dispute(sessionId, { amount: 100_000 })
  await counter.handle(...disputed, ...(await control.closeDispute(dispute.id, 'lost')).events)
  return { city, sessionId, failedId, exception: await exceptionOf(sessionId) }
}

/** What is left of three seats after one was lost. */
async function refundRest({ id, payment: { paymentIntentId } }: PaymentException) {
  await counter.handle(
    await counter.control.emitEvent('refund.updated', {
      id: `re_rest_${id}`,
      object: 'refund',
      payment_intent: paymentIntentId,
      amount: 200_000,
      status: 'succeeded',
    }),
  )
}

test('are none beside a refund that failed: what was lost is noted, and the rest can be refunded', async () => {
  const { city, sessionId, failedId, exception } = await lostBesideAFailedRefund()
  expect(await offered(exception.id)).toMatchObject({ amount: '$1,000', seats: 0 })
  expect(await restockForException(exception.id, ada, { expectedSeats: 0 })).toEqual({
    ok: true,
    resolution: 'settled',
  })
  expect(await sold(city)).toBe(3)
  expect(await payment(sessionId)).toMatchObject({ seatsReturned: 3, lostCents: 100_000 })
  // Two seats are still owed for what is left.
  expect(await getException(failedId)).toMatchObject({ kind: 'refund_failed', state: 'open' })
  await refundRest(exception)
  expect(await getException(failedId)).toMatchObject({ state: 'resolved', resolution: 'refunded' })
  expect(await sold(city)).toBe(3)
})

test('are none where the failed refund was dismissed, and a later refund of the rest takes none either', async () => {
  const { city, sessionId, failedId, exception } = await lostBesideAFailedRefund()
  await dismissException(failedId, ada)
  expect(await restockForException(exception.id, ada, { expectedSeats: 0 })).toMatchObject({ ok: true })
  await refundRest(exception)
  expect(await sold(city)).toBe(3)
  expect(await payment(sessionId)).toMatchObject({ state: 'refunded', seatsReturned: 3 })
})

test('are as many as an admin says where the money does not', async () => {
  const whole = await lost(3, 299_412)
  expect(await offered(whole.exception.id)).toEqual({
    because: 'lost',
    amount: '$2,994.12',
    seats: null,
    isBeforeReset: false,
    neverGot: false,
  })
  const give = (seats: number, expectedDisputes: number) =>
    restockForException(whole.exception.id, ada, { seats, expectedDisputes })
  expect(await give(4, 1)).toMatchObject({ ok: false, code: 'not_fitting' })
  expect(await give(3, 0)).toMatchObject({ ok: false, code: 'numbers_moved' })
  expect(await sold(whole.city)).toBe(3)
  expect(await give(3, 1)).toEqual({ ok: true, resolution: 'restocked' })
  expect(await sold(whole.city)).toBe(0)
  expect(await payment(whole.sessionId)).toMatchObject({ state: 'refunded', lostCents: 300_000 })
})

test('are as many as an admin says where the bank took another currency', async () => {
  const { city, sessionId, dispute, exception } = await lost(1)
  const euro = { ...dispute, id: `${dispute.id}_euro`, amount: 90_000, currency: 'eur' }
  await counter.handle(await counter.control.emitEvent('charge.dispute.closed', euro))
  expect(await offered(exception.id)).toEqual({
    because: 'lost',
    amount: null,
    seats: null,
    isBeforeReset: false,
    neverGot: false,
  })
  // The page of before that.
  expect(await restockForException(exception.id, ada, { expectedSeats: 1 })).toMatchObject({
    code: 'not_fitting',
  })
  expect(await restockForException(exception.id, ada, { seats: 2, expectedDisputes: 2 })).toMatchObject({
    ok: true,
  })
  expect(await sold(city)).toBe(1)
  expect(await payment(sessionId)).toMatchObject({ lostCents: 200_000, seatsReturned: 2 })
})

test('count the money once that two disputes took, though more seats came back for the first', async () => {
  const { city, sessionId, dispute, exception } = await lost(1, 15_000)
  await restockForException(exception.id, ada, { seats: 3 })
  const rest = { ...dispute, id: `${dispute.id}_rest`, amount: 285_000 }
  await counter.handle(await counter.control.emitEvent('charge.dispute.closed', rest))
  const { id } = await exceptionOf(sessionId)
  expect(await restockForException(id, ada, { expectedSeats: 0 })).toMatchObject({ ok: true })
  expect([await sold(city), await kindsWaiting(exception)]).toEqual([0, []])
  expect(await payment(sessionId)).toMatchObject({ state: 'refunded', lostCents: 300_000 })
})

test('of before a reset are no longer in stock, nor after its undo', async () => {
  const { city, sessionId, exception } = await lost(2)
  await resetInventory(city, 'Nate', 'a rehearsal')
  await sell(city, 1)
  expect(await offered(exception.id)).toMatchObject({ seats: 2, isBeforeReset: true })
  expect(await restockForException(exception.id, ada, { expectedSeats: 2 })).toMatchObject({ ok: true })
  expect(await sold(city)).toBe(1)
  expect(await payment(sessionId)).toMatchObject({ seatsReturned: 2 })
  expect(await undoReset(city, { authorizedBy: 'Nate' })).toMatchObject({ ok: true })
  expect(await sold(city)).toBe(2)
})

test('come back once though two people decide at the same time, 20 times', async () => {
  for (let round = 0; round < 20; round++) {
    const { city, exception } = await lost(1)
    const decided = await Promise.all([
      restockForException(exception.id, ada),
      restockForException(exception.id, { actor: 'bob' }),
      dismissException(exception.id, { actor: 'cy', reason: 'they came' }),
    ])
    expect(decided.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await sold(city)).toBe(decided[2]?.ok ? 3 : 2)
  }
})
