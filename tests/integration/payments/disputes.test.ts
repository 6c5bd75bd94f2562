import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentException } from '@/app/presenters/console/exception-page'
import { presentPayment } from '@/app/presenters/console/payments'
import { readAttention } from '@/lib/analytics/attention'
import { database } from '@/lib/database'
import { factsRetentionDays, forgetFacts } from '@/lib/housekeeping/retention'
import { decrementInventory } from '@/lib/inventory'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { openlyDisputed } from '@/lib/payments/read-payments'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { findPayments } from '@/tests/support/find-payments'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

/** A bank may dispute one payment more than once: each is its own. */

const counter = ticketCounter()
const { sell, exceptionOf, withoutSeat } = unplacedPayments(counter)

async function disputedTwice() {
  const { control } = counter
  const sessionId = await sell(await counter.aCity(), 1)
  const { dispute: first, events } = await control.dispute(sessionId, { amount: 40_000 })
  await counter.handle(...events)
  const second = { ...first, id: `${first.id}_second`, amount: 60_000 }
  return {
    sessionId,
    dispute: async () => (await findPayments(sessionId))[0]?.dispute,
    loseFirst: async () => counter.handle(...(await control.closeDispute(first.id, 'lost')).events),
    winFirst: async () => counter.handle(...(await control.closeDispute(first.id, 'won')).events),
    openSecond: async () => counter.handle(await control.emitEvent('charge.dispute.created', second)),
    loseSecond: async () =>
      counter.handle(await control.emitEvent('charge.dispute.closed', { ...second, status: 'lost' })),
    winSecond: async () =>
      counter.handle(await control.emitEvent('charge.dispute.closed', { ...second, status: 'won' })),
    openFirstAgain: () => counter.handle(...events),
  }
}

async function waiting(sessionId: string) {
  const { exceptions } = await listExceptions()
  return exceptions.filter(({ payment }) => payment.sessionId === sessionId)
}

async function othersTold(exceptionId: number) {
  return counter.rows(
    sql<{ body: string }>`select body from alerts where subject = 'Another dispute of a payment was lost'
      and exception_id = ${exceptionId}`,
  )
}

test('a second one that is lost after the first was looked at is an exception of its own', async () => {
  const { sessionId, loseFirst, openSecond, loseSecond } = await disputedTwice()
  await loseFirst()
  const first = await exceptionOf(sessionId)
  await dismissException(first.id, ada)
  await openSecond()
  await loseSecond()
  const [second, ...more] = await waiting(sessionId)
  expect(more).toEqual([])
  expect(second).toMatchObject({ kind: 'dispute_lost', amountCents: 60_000 })
  expect(second?.detail).toContain('_second was lost')
  expect(await othersTold(second?.id ?? 0)).toEqual([])
  await dismissException(second?.id ?? 0, ada)
  await loseSecond()
  expect(await waiting(sessionId)).toEqual([])
})

test('a second one that is lost while the first waits is told, once', async () => {
  const { sessionId, loseFirst, openSecond, loseSecond } = await disputedTwice()
  await openSecond()
  await loseFirst()
  await loseSecond()
  await loseSecond()
  const [first, ...more] = await waiting(sessionId)
  expect(more).toEqual([])
  const told = await othersTold(first?.id ?? 0)
  expect(told).toHaveLength(1)
  expect(told[0]?.body).toContain('_second was lost')
})

test('a second one that is lost while somebody looks at the first is not closed with that unseen', async () => {
  const { sessionId, loseFirst, openSecond, loseSecond } = await disputedTwice()
  await loseFirst()
  await openSecond()
  const { id, lostDisputes } = await exceptionOf(sessionId)
  expect(lostDisputes).toBe(1)
  await loseSecond()
  expect(await dismissException(id, ada, { expectedDisputes: 1 })).toMatchObject({ code: 'numbers_moved' })
  expect(await exceptionOf(sessionId)).toMatchObject({ state: 'open', lostDisputes: 2, lostCents: 100_000 })
  expect(await dismissException(id, ada, { expectedDisputes: 2 })).toMatchObject({ ok: true })
})

test('what a bank took in another currency is no amount of ours, be it the first or a later one', async () => {
  const { control } = counter
  const lose = async (sessionId: string, id: string, amount: number, currency?: string) => {
    const { dispute, events } = await control.dispute(sessionId, { amount })
    await counter.handle(...events)
    const lost = { ...dispute, id, status: 'lost', ...(currency && { currency }) }
    await counter.handle(await control.emitEvent('charge.dispute.closed', lost))
    return lost
  }
  const sessionId = await sell(await counter.aCity(), 3)
  await lose(sessionId, 'dp_in_euro', 270_000, 'eur')
  expect(await exceptionOf(sessionId)).toMatchObject({ lostCents: 0, currency: 'usd', lostDisputes: 1 })
  const another = await sell(await counter.aCity(), 3)
  const lost = await lose(another, 'dp_in_dollars', 100_000)
  expect(await exceptionOf(another)).toMatchObject({ lostCents: 100_000 })
  const later = { ...lost, id: 'dp_later', amount: 90_000, currency: 'eur' }
  await counter.handle(await control.emitEvent('charge.dispute.closed', later))
  expect(await exceptionOf(another)).toMatchObject({ lostCents: 100_000, lostDisputes: 2 })
})

test('a second one opens what the first had decided; late news of the first does not', async () => {
  const { dispute, loseFirst, openSecond, loseSecond, openFirstAgain } = await disputedTwice()
  await loseFirst()
  await openFirstAgain()
  expect(await dispute()).toBe('lost')
  await openSecond()
  expect(await dispute()).toBe('open')
  await loseSecond()
  await openSecond()
  expect(await dispute()).toBe('lost')
})

test('one that is decided hides no other that is open', async () => {
  const { dispute, winFirst, openSecond, winSecond } = await disputedTwice()
  await openSecond()
  await winFirst()
  expect(await dispute()).toBe('open')
  await winSecond()
  expect(await dispute()).toBe('won')
})

test('one that is won hides no other that was lost, however long ago', async () => {
  const { dispute, loseFirst, openSecond, winSecond } = await disputedTwice()
  await loseFirst()
  await counter.advance((factsRetentionDays + 1) * 24 * 60)
  await forgetFacts(database())
  await openSecond()
  expect(await dispute()).toBe('open')
  await winSecond()
  expect(await dispute()).toBe('lost')
})

test('one that is decided hides no other that is open, however long ago that began', async () => {
  const { dispute, winFirst, openSecond, winSecond } = await disputedTwice()
  const forgetAfter = async () => {
    await counter.advance((factsRetentionDays + 1) * 24 * 60)
    await forgetFacts(database())
  }
  await forgetAfter()
  await openSecond()
  await winSecond()
  expect(await dispute()).toBe('open')
  await winFirst()
  expect(await dispute()).toBe('won')
  await forgetAfter()
  const kept = await counter.rows(sql`select from stripe_events where type like 'charge.dispute.%'
    and facts is not null and received_at < app_now() - interval '1 day'
    and payment_intent_id in (select payment_intent_id from payments where dispute = 'won')`)
  expect(kept).toEqual([])
})

test('one that is won after it was lost is told, once, whichever is heard first', async () => {
  const { control } = counter
  const told = async (sessionId: string) => {
    const [payment] = await findPayments(sessionId)
    return counter.rows(sql`select from alerts where subject = 'A dispute that was lost is won'
      and payment_id = ${payment?.id ?? ''}`)
  }
  for (const ends of [
    ['lost', 'won'],
    ['won', 'lost'],
  ]) {
    const sessionId = await sell(await counter.aCity(), 1)
    const { dispute, events } = await control.dispute(sessionId)
    await counter.handle(...events)
    const close = async (status?: string) =>
      counter.handle(await control.emitEvent('charge.dispute.closed', { ...dispute, status }))
    await close(ends[0])
    expect(await told(sessionId)).toEqual([])
    await close(ends[1])
    await close(ends[1])
    expect(await told(sessionId)).toHaveLength(1)
    expect((await findPayments(sessionId))[0]).toMatchObject({ dispute: 'lost', seatsSold: 1 })
    expect(await waiting(sessionId)).toMatchObject([{ kind: 'dispute_lost' }])
  }
})

test('one that was prevented by giving the money back is lost, and one that took nothing is not', async () => {
  const { control } = counter
  const taken = [{ amount: -100_000, reporting_category: 'dispute' }]
  const cases: [object, 'lost' | 'won'][] = [
    [{ balance_transactions: taken }, 'lost'],
    [{ balance_transactions: [], payment_method_details: { card: { case_type: 'resolution' } } }, 'lost'],
    [{ balance_transactions: [], payment_method_details: { card: { case_type: 'block' } } }, 'won'],
    [{ balance_transactions: [...taken, { amount: 100_000 }] }, 'won'],
    [{}, 'lost'],
  ]
  for (const [given, end] of cases) {
    const sessionId = await sell(await counter.aCity(), 1)
    const { dispute, events } = await control.dispute(sessionId)
    await counter.handle(...events)
    const { balance_transactions: _, ...bare } = dispute
    const prevented = { ...bare, ...given, status: 'prevented' }
    for (let time = 0; time < 2; time++)
      await counter.handle(await control.emitEvent('charge.dispute.closed', prevented))
    expect([given, (await findPayments(sessionId))[0]?.dispute]).toEqual([given, end])
    expect(await waiting(sessionId)).toMatchObject(
      end === 'lost' ? [{ kind: 'dispute_lost', amountCents: 100_000 }] : [],
    )
  }
})

test('one that is over when it begins asks nobody for an answer', async () => {
  const { control } = counter
  const answer = "Answer it in Stripe's dashboard"
  const card = (case_type: string) => ({ payment_method_details: { card: { case_type } } })
  const cases: [object, string][] = [
    [{ status: 'needs_response' }, answer],
    [{ status: 'warning_needs_response' }, answer],
    [{ status: 'prevented', ...card('block') }, 'It was prevented'],
    [{ status: 'prevented', ...card('resolution') }, 'It is lost'],
    [{ status: 'lost' }, 'It is lost'],
    [{ status: 'won' }, 'It is won'],
    [{ status: 'warning_closed' }, 'It was closed'],
  ]
  for (const [given, said] of cases) {
    const sessionId = await sell(await counter.aCity(), 1)
    const { dispute } = await control.dispute(sessionId)
    await counter.handle(await control.emitEvent('charge.dispute.created', { ...dispute, ...given }))
    const [payment] = await findPayments(sessionId)
    const told = await counter.rows(
      sql<{ body: string }>`select body from alerts where subject = 'A payment is disputed'
        and payment_id = ${payment?.id ?? ''}`,
    )
    expect(told).toHaveLength(1)
    expect(told[0]?.body).toContain(said)
    expect(told[0]?.body.includes(answer)).toBe(said === answer)
  }
})

test('whoever may give seats to a payment sees that a bank has taken its money back', async () => {
  const { exception } = await withoutSeat()
  const { dispute, events } = await counter.control.dispute(exception.payment.paymentIntentId ?? '')
  const shown = async () => {
    const page = await presentException(exception.id, { cityId: null, tier: null, quantity: null })
    return page?.facts.find(([name]) => name === 'Dispute')
  }
  expect(await shown()).toEqual(['Dispute', null])
  await counter.handle(...events)
  expect(await shown()).toEqual(['Dispute', 'open'])
  await counter.handle(...(await counter.control.closeDispute(dispute.id, 'lost')).events)
  expect(await shown()).toEqual(['Dispute', 'lost'])
})

test('what is open is counted and listed until it is decided', async () => {
  const { sessionId, winFirst } = await disputedTwice()
  const listed = async () =>
    (await openlyDisputed()).payments.filter((payment) => payment.sessionId === sessionId)
  const before = (await readAttention()).openDisputes
  expect(await listed()).toMatchObject([{ dispute: 'open' }])
  expect((await openlyDisputed()).payments).toHaveLength(before)
  await winFirst()
  expect(await listed()).toEqual([])
  expect((await readAttention()).openDisputes).toBe(before - 1)
})

test('one that came before the money of its sale was known is counted with that sale alone', async () => {
  const { openDisputes: before } = await readAttention()
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  const paid = await counter.control.pay(sessionId)
  await decrementInventory(city, 'ga', 1, { sessionId })
  const { dispute, events } = await counter.control.dispute(sessionId)
  await counter.handle(...events)
  await counter.handle(...paid.events)
  expect((await findPayments(sessionId))[0]).toMatchObject({ state: 'sold', dispute: 'open' })
  expect((await readAttention()).openDisputes).toBe(before + 1)
  await counter.handle(...(await counter.control.closeDispute(dispute.id, 'won')).events)
  expect((await findPayments(sessionId))[0]).toMatchObject({ state: 'sold', dispute: 'won' })
  expect((await readAttention()).openDisputes).toBe(before)
})

test('of a payment that the bank has taken back, nothing is said to be left', async () => {
  const { sessionId, loseFirst } = await disputedTwice()
  const left = async () => {
    const [payment] = await findPayments(sessionId)
    const page = await presentPayment(payment?.id ?? '')
    return page?.money.find(([name]) => name === 'Left')
  }
  expect(await left()).toEqual(['Left', '$1,000'])
  await loseFirst()
  expect(await left()).toEqual(['Left', null])
})
