import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { getException, listExceptions } from '@/lib/payments/read-exceptions'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

/** "I refund it in Stripe": an exception is closed by hand, and its money goes on moving. */

const counter = ticketCounter()
const { sell, exceptionOf, withoutSeat, refundFailed } = unplacedPayments(counter)

async function waiting(sessionId: string) {
  const { exceptions } = await listExceptions()
  return exceptions.filter(({ payment }) => payment.sessionId === sessionId).map(({ kind }) => kind)
}

async function dismissed() {
  const { exception } = await withoutSeat()
  expect(await dismissException(exception.id, ada)).toMatchObject({ ok: true })
  return { id: exception.id, sessionId: exception.payment.sessionId ?? '' }
}

async function failuresTold(exceptionId: number) {
  return counter.rows(
    sql<{ id: string }>`select id from alerts where subject = 'A refund has failed at the bank'
      and exception_id = ${exceptionId}`,
  )
}

test('without a seat: a refund from the dashboard ends it, and one that fails needs a person', async () => {
  const { id, sessionId } = await dismissed()
  const { refund, events } = await counter.control.refund(sessionId)
  await counter.handle(...events)
  expect(await getException(id)).toMatchObject({ resolution: 'dismissed', payment: { state: 'refunded' } })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'refunded' })
  expect(await waiting(sessionId)).toEqual([])
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await waiting(sessionId)).toEqual(['refund_failed'])
})

test('without a seat: a part changes nothing', async () => {
  const { id, sessionId } = await dismissed()
  await counter.handle(...(await counter.control.refund(sessionId, 100_000)).events)
  expect(await getException(id)).toMatchObject({ payment: { state: 'dismissed' } })
})

test('without a seat: a refund that never arrived is told, once', async () => {
  const { id, sessionId } = await dismissed()
  const { refund, events } = await counter.control.refund(sessionId, null, { status: 'pending' })
  await counter.handle(...events)
  const failed = await counter.control.failRefund(refund.id)
  expect(failed.events.length).toBeGreaterThan(1)
  await counter.handle(...failed.events)
  expect(await failuresTold(id)).toHaveLength(1)
})

test('with seats: another refund that fails is an exception of its own', async () => {
  const { exception } = await refundFailed()
  const sessionId = exception.payment.sessionId ?? ''
  await dismissException(exception.id, ada)
  const again = await counter.control.refund(sessionId)
  await counter.handle(...again.events)
  expect(await waiting(sessionId)).toEqual([])
  await counter.handle(...(await counter.control.failRefund(again.refund.id)).events)
  expect(await exceptionOf(sessionId)).toMatchObject({ kind: 'refund_failed', state: 'open' })
  expect(await waiting(sessionId)).toEqual(['refund_failed'])
})

test('with seats: an amount that had grown when it was dismissed is not told again', async () => {
  const sessionId = await sell(await counter.aCity(), 3)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  const [first, ...late] = (await counter.control.refund(sessionId, 5_000)).events
  expect(late).not.toEqual([])
  await counter.handle(...(first ? [first] : []))
  const { id, refundedCents } = await exceptionOf(sessionId)
  expect(refundedCents).toBe(20_000)
  await dismissException(id, ada)
  await counter.handle(...late)
  expect(await waiting(sessionId)).toEqual([])
})

test('with seats: the same news again opens nothing, nor does a refund that is only on its way', async () => {
  const sessionId = await sell(await counter.aCity(), 3)
  const { events } = await counter.control.refund(sessionId, 15_000)
  await counter.handle(...events)
  await dismissException((await exceptionOf(sessionId)).id, ada)
  const [charge] = (await counter.control.snapshot()).charges.slice(-1)
  await counter.handle(await counter.control.emitEvent('charge.refunded', charge))
  const rest = await counter.control.refund(sessionId, 30_000, { status: 'pending' })
  await counter.handle(...rest.events)
  expect(await waiting(sessionId)).toEqual([])
  await counter.handle(...(await counter.control.settleRefund(rest.refund.id)).events)
  expect(await waiting(sessionId)).toEqual(['unclear_refund'])
})
