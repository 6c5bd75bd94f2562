import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { findPayments } from '@/tests/support/find-payments'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { nothing } from '@/tests/support/reconciliation'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { unplacedPayments } from '@/tests/support/unplaced-payments'

/** Disputes whose end no webhook brought: Stripe lists its events for 30 days, and only to a key that may read them. */

const counter = ticketCounter()
const { sell } = unplacedPayments(counter)
const days = (number: number) => number * 24 * 60

async function disputed(amount?: number) {
  const sessionId = await sell(await counter.aCity(), 2)
  const { dispute, events } = await counter.control.dispute(sessionId, { amount })
  await counter.handle(...events)
  return { sessionId, id: dispute.id, close: counter.control.closeDispute }
}

async function markOf(sessionId: string) {
  return (await findPayments(sessionId))[0]?.dispute
}

async function exceptionsOf(sessionId: string) {
  const { exceptions } = await listExceptions()
  return exceptions
    .filter(({ payment }) => payment.sessionId === sessionId)
    .map(({ kind, lostCents }) => [kind, lostCents])
}

async function reconciled() {
  const result = await reconcileStripe({})
  await counter.work()
  return result
}

test('an end that Stripe no longer lists as an event is asked for', async () => {
  const lost = await disputed(60_000)
  const won = await disputed()
  await lost.close(lost.id, 'lost')
  await won.close(won.id, 'won')
  await counter.advance(days(31))
  expect(await reconciled()).toEqual({ ...nothing, events: 2 })
  expect([await markOf(lost.sessionId), await markOf(won.sessionId)]).toEqual(['lost', 'won'])
  expect(await exceptionsOf(lost.sessionId)).toEqual([['dispute_lost', 60_000]])
  // The webhook after all, months late.
  const { events } = await counter.control.snapshot()
  await counter.handle(...events.filter(({ objectId }) => objectId === lost.id))
  expect(await markOf(lost.sessionId)).toBe('lost')
  expect(await exceptionsOf(lost.sessionId)).toHaveLength(1)
  expect(await reconciled()).toEqual(nothing)
})

test('a key that may not read events learns the end of what it knows, too; one that may read neither keeps going', async () => {
  const { sessionId, id, close } = await disputed()
  await close(id, 'lost')
  const refuse = (match: string) => counter.control.fault({ match, kind: 'status', status: 403, times: 1 })
  await counter.advance(61)
  await refuse('GET /v1/events')
  await refuse('GET /v1/disputes')
  expect(await reconciled()).toEqual(nothing)
  expect(await markOf(sessionId)).toBe('open')
  await counter.advance(61)
  await refuse('GET /v1/events')
  expect(await reconciled()).toEqual({ ...nothing, events: 1 })
  expect(await markOf(sessionId)).toBe('lost')
})

test('one that is still open is asked about once an hour, and stays open', async () => {
  // Whatever the tests before have left.
  await reconciled()
  const { sessionId } = await disputed()
  const asked = async () => (await counter.control.requests('GET /v1/disputes')).length
  const before = await asked()
  for (const minutes of [61, 5, 5]) {
    await counter.advance(minutes)
    expect(await reconciled()).toEqual(nothing)
  }
  expect(await asked()).toBe(before + 1)
  expect(await markOf(sessionId)).toBe('open')
})

test('one whose content was forgotten, and another that a later one hid, are open again', async () => {
  const { sessionId, id } = await disputed()
  await counter.rows(
    sql`update stripe_events set facts = null where facts ->> 'disputeId' = ${id} returning id`,
  )
  await counter.advance(61)
  expect(await reconciled()).toEqual({ ...nothing, events: 1 })
  const known = (await counter.control.snapshot()).disputes.find((one) => one.id === id)
  const second = { ...known, id: `${id}_second`, status: 'won' }
  await counter.handle(await counter.control.emitEvent('charge.dispute.closed', second))
  expect(await markOf(sessionId)).toBe('open')
})
