import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentPayment, presentPayments } from '@/app/presenters/console/payments'
import type { AuditContext } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { previewException } from '@/lib/payments/preview-exception'
import { getException, listExceptions, type PaymentException } from '@/lib/payments/read-exceptions'
import { getPayment, mostFound, openlyDisputed } from '@/lib/payments/read-payments'
import { resolveException } from '@/lib/payments/resolve-exception'
import { eventTypes } from '@/lib/stripe/classify-event'
import { listStripeEvents } from '@/lib/stripe/read-events'
import { findPayments } from '@/tests/support/find-payments'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { unplacedPayments } from '@/tests/support/unplaced-payments'
import { until } from '@/tests/support/until'

const counter = ticketCounter()

const audit: AuditContext = {
  actor: { kind: 'admin', accountId: 'a1', email: 'ada@example.com', role: 'operator' },
  requestId: 'request-1',
}
const decision = { audit, reason: 'the buyer called' }

async function sell(city: string, quantity: number, email?: string): Promise<string> {
  const { sessionId } = await counter.opened(city, { quantity, email })
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  return sessionId
}

/** `news`: the ids of the events that tell of this payment. Those of the refund name it by its payment intent. */
async function sellAndRefund(city: string, email: string): Promise<{ sessionId: string; news: string[] }> {
  const { sessionId } = await counter.opened(city, { email })
  const paid = await counter.control.pay(sessionId)
  const refunded = await counter.control.refund(sessionId)
  const events = [...paid.events, ...refunded.events]
  await counter.handle(...events)
  const news = events.filter((event) => eventTypes.some((type) => type === event.type))
  return { sessionId, news: news.map(({ id }) => id).sort() }
}

/** Paid for two seats after the last one was sold to somebody else. */
async function aPaymentWithoutSeat(): Promise<{ city: string; exception: PaymentException }> {
  const city = await counter.aCity({ ga: 2 })
  const { sessionId } = await counter.opened(city, { quantity: 2 })
  const { events } = await counter.control.pay(sessionId)
  await counter.advance(60)
  await sell(city, 2)
  await counter.handle(...events)
  const { exceptions } = await listExceptions()
  const exception = exceptions.find((one) => one.payment.sessionId === sessionId)
  if (!exception) throw new Error('no exception')
  return { city, exception }
}

async function exceptionIdOf(sessionId: string): Promise<number> {
  const { exceptions } = await listExceptions()
  return exceptions.find((one) => one.payment.sessionId === sessionId)?.id ?? 0
}

async function audits(id: number) {
  return counter.rows(sql`select action, outcome, code, actor_label, reason, after from admin_audit
    where target = ${String(id)} order by id`)
}

test('a payment is found by whatever somebody has at hand, and by nothing less', async () => {
  const city = await counter.aCity()
  const sessionId = await sell(city, 2, 'Grace@Example.com')
  const [payment] = await findPayments(sessionId)
  expect(payment).toMatchObject({
    state: 'sold',
    cityId: city,
    tier: 'ga',
    seatsSold: 2,
    amountCents: 200_000,
  })
  const names = [payment?.id, payment?.paymentIntentId, payment?.reservationId, ' GRACE@example.com ']
  for (const name of names)
    expect((await findPayments(name ?? '')).map(({ id }) => id)).toEqual([payment?.id])
  for (const name of ['', 'grace', '%', 'cs_', 'a\0b', sessionId.slice(0, -1)])
    expect(await findPayments(name)).toEqual([])
})

test('a search that fits more payments than are shown goes on, each once, with the events of each page', async () => {
  const email = 'regular@example.com'
  const buy = (names: string[]) =>
    database()
      .insertInto('payments')
      .values(names.map((id) => ({ id, session_id: `cs_${id}`, email })))
      .execute()
  const page = (paymentsCursor?: string) => presentPayments({ search: email, paymentsCursor })
  // All of one moment.
  await buy(Array.from({ length: mostFound }, (_, n) => `regular_${n}`))
  expect(await page()).toMatchObject({ paymentsNext: null })
  await buy(['regular_last'])
  await database()
    .insertInto('stripe_events')
    .values(
      ['regular_last', 'regular_0'].map((id) => ({
        id: `evt_${id}`,
        type: 'checkout.session.completed',
        livemode: false,
        session_id: `cs_${id}`,
        created_at: new Date(),
      })),
    )
    .execute()
  const first = await page()
  expect(first.payments).toHaveLength(mostFound)
  expect(first.payments?.[0]?.id).toBe('regular_last')
  expect(first.events.map(({ id }) => id)).toEqual(['evt_regular_last'])
  const second = await page(first.paymentsNext ?? undefined)
  expect([second.payments?.map(({ id }) => id), second.paymentsNext]).toEqual([['regular_0'], null])
  expect(second.events.map(({ id }) => id)).toEqual(['evt_regular_0'])
  const ids = [...(first.payments ?? []), ...(second.payments ?? [])].map(({ id }) => id)
  expect(new Set(ids).size).toBe(mostFound + 1)
  for (const nonsense of ['x', '1~', '~1', `${'9'.repeat(20)}~1`])
    expect((await page(nonsense)).payments?.[0]?.id).toBe('regular_last')
  expect(await presentPayments({ search: 'regular_1' })).toMatchObject({ paymentsNext: null })
})

test('open disputes page by page, each once, newest first', async () => {
  await counter.rows(sql`insert into payments (id, dispute, created_at)
    select 'disputed_' || n, 'open', app_now() - make_interval(mins => n / 2) from generate_series(1, 5) n`)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const { payments, nextCursor } = await openlyDisputed({ cursor, limit: 2 })
    seen.push(...payments.map(({ id }) => id))
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual([1, 3, 2, 5, 4].map((n) => `disputed_${n}`))
})

test('a payment with its refunds and exceptions', async () => {
  const city = await counter.aCity()
  const sessionId = await sell(city, 2)
  await counter.handle(...(await counter.control.refund(sessionId, 100_000)).events)
  const [found] = await findPayments(sessionId)
  expect(await getPayment(found?.id ?? '')).toMatchObject({
    seatsSold: 2,
    seatsReturned: 1,
    refundedCents: 100_000,
    exceptionIds: [],
    refunds: [{ amountCents: 100_000, status: 'succeeded' }],
  })
  const page = await presentPayment(found?.id ?? '')
  expect(page?.ledger.map(({ operation }) => operation)).toEqual(['Sold', 'Returned'])
  expect(page?.events.map(({ outcome }) => outcome)).toContain('Done: 2 seats')
  expect(await getPayment('unknown')).toBeNull()
  const [refund] = (await getPayment(found?.id ?? ''))?.refunds ?? []
  expect((await findPayments(refund?.id ?? '')).map(({ id }) => id)).toEqual([found?.id])
})

test('events page by page, each once, newest first; also of one payment, and of one state', async () => {
  const city = await counter.aCity()
  const mine = await sellAndRefund(city, 'events@example.com')
  const theirs = await sellAndRefund(city, 'stranger@example.com')
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await listStripeEvents({ cursor, limit: 2 })
    seen.push(...page.events.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  const all = await counter.rows(
    sql<{ id: string }>`select id from stripe_events order by received_at desc, id desc`,
  )
  expect(seen).toEqual(all.map(({ id }) => id))
  for (const [search, { news }, email] of [
    [mine.sessionId, mine, 'events@example.com'],
    ['EVENTS@example.com', mine, 'events@example.com'],
    [theirs.sessionId, theirs, 'stranger@example.com'],
  ] as const) {
    const { events } = await listStripeEvents({ search, payments: await findPayments(search) })
    expect(events.map(({ id }) => id).sort()).toEqual(news)
    expect(events.find(({ type }) => type === 'checkout.session.completed')).toMatchObject({
      state: 'processed',
      paymentId: expect.any(String) as string,
      email,
    })
  }
  const ignored = (await listStripeEvents({ state: 'ignored' })).events
  expect(ignored.map(({ state, outcome }) => [state, outcome])).toContainEqual([
    'ignored',
    'type without effect',
  ])
  expect(ignored.every(({ state }) => state === 'ignored')).toBe(true)
  expect((await listStripeEvents({ search: 'nothing' })).events).toEqual([])
  expect((await listStripeEvents({ cursor: 'nonsense' })).events.length).toBeGreaterThan(0)
})

test('what each resolution would do, in numbers', async () => {
  const { city, exception } = await aPaymentWithoutSeat()
  expect(await previewException(exception)).toEqual({
    refundCents: 200_000,
    seatsGivenBack: 0,
    seatsKept: 0,
    keptIn: null,
    seatsLost: 0,
    expansion: { cityId: city, tier: 'ga', seats: 2, free: 0, added: 2, limit: 2 },
  })
})

test('done in an admin’s name, with its row in the audit log', async () => {
  const { exception } = await aPaymentWithoutSeat()
  const { id } = exception
  expect(await resolveException(id, { type: 'expand', mostAdded: 2 }, decision)).toEqual({
    ok: true,
    resolution: 'expanded',
  })
  expect(await getException(id)).toMatchObject({ resolvedBy: 'ada@example.com', reason: 'the buyer called' })
  const seen = { expectedRefundedCents: 0, expectedDisputes: 0 }
  const late = await resolveException(id, { type: 'dismiss', ...seen }, decision)
  expect(late).toMatchObject({ ok: false, code: 'already_resolved' })
  const by = { actor_label: 'ada@example.com', reason: 'the buyer called' }
  expect(await audits(id)).toEqual([
    { ...by, action: 'exception.expand', outcome: 'applied', code: null, after: { resolution: 'expanded' } },
    { ...by, action: 'exception.dismiss', outcome: 'refused', code: 'already_resolved', after: null },
  ])
})

test('a refund is in the audit log before Stripe makes it, and again with what came of it', async () => {
  const { exception } = await aPaymentWithoutSeat()
  const { id } = exception
  const begun = { action: 'exception.begin_refund', outcome: 'applied', after: { state: 'resolving' } }
  await counter.control.fault({ match: 'POST /v1/refunds', kind: 'slow', delayMs: 1_500 })
  const asked = (await counter.control.requests('POST /v1/refunds')).length
  const refund = () => resolveException(id, { type: 'refund', expectedRefundedCents: 0 }, decision)
  const refunded = refund()
  await until(async () => (await counter.control.requests('POST /v1/refunds')).length > asked)
  expect(await audits(id)).toMatchObject([begun])
  expect(await refund()).toMatchObject({ ok: false, code: 'being_resolved' })
  expect(await refunded).toMatchObject({ ok: true })
  // Who was refused has begun nothing.
  expect(await audits(id)).toMatchObject([
    begun,
    { action: 'exception.refund', outcome: 'refused', code: 'being_resolved' },
    { action: 'exception.refund', outcome: 'applied', after: { resolution: 'refunded' } },
  ])
})

test('the numbers moved: nothing is done', async () => {
  const { city, exception } = await aPaymentWithoutSeat()
  const { id, payment } = exception
  expect(await resolveException(id, { type: 'expand', mostAdded: 1 }, decision)).toMatchObject({
    ok: false,
    code: 'numbers_moved',
    message: '2 seats would have to be added by now, no longer 1',
  })
  await counter.handle(...(await counter.control.refund(payment.paymentIntentId ?? '', 50_000)).events)
  expect(await resolveException(id, { type: 'refund', expectedRefundedCents: 0 }, decision)).toMatchObject({
    ok: false,
    code: 'numbers_moved',
  })
  expect(await counter.stock(city)).toEqual({ sold: 2, held: 0, actual: 2 })
  expect(await getException(id)).toMatchObject({ state: 'open' })
  expect(
    await resolveException(id, { type: 'refund', expectedRefundedCents: 50_000 }, decision),
  ).toMatchObject({
    ok: true,
  })
})

test('the amount refunded moved: nothing is dismissed, and what is held for the payment stays', async () => {
  const { city, sessionId, exception } = await unplacedPayments(counter).twoOfThreeKept()
  const { id } = exception
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  const dismiss = (expectedRefundedCents: number) =>
    resolveException(id, { type: 'dismiss', expectedRefundedCents, expectedDisputes: 0 }, decision)
  expect(await dismiss(0)).toMatchObject({ ok: false, code: 'numbers_moved' })
  expect(await getException(id)).toMatchObject({ state: 'open', payment: { state: 'exception' } })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  expect(await dismiss(15_000)).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
  expect(await audits(id)).toMatchObject([
    { action: 'exception.dismiss', outcome: 'refused', code: 'numbers_moved' },
    { action: 'exception.dismiss', outcome: 'applied' },
  ])
})

test('nor is an amount dismissed that grew while it was being dismissed', async () => {
  const sessionId = await sell(await counter.aCity(), 3)
  await counter.handle(...(await counter.control.refund(sessionId, 15_000)).events)
  const id = await exceptionIdOf(sessionId)
  await counter.owner.query('begin')
  await counter.owner.query('select 1 from payments where session_id = $1 for update', [sessionId])
  const seen = { expectedRefundedCents: 15_000, expectedDisputes: 0 }
  const dismissed = resolveException(id, { type: 'dismiss', ...seen }, decision)
  await until(async () => {
    const { rows } = await counter.owner.query(
      'select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))',
    )
    return rows.length > 0
  })
  const more = await counter.control.refund(sessionId, 5_000)
  await counter.owner.query(
    `insert into refunds (id, payment_intent_id, amount_cents, status)
    select $1, payment_intent_id, 5_000, 'succeeded' from payments where session_id = $2`,
    [more.refund.id, sessionId],
  )
  await counter.owner.query('commit')
  expect(await dismissed).toMatchObject({ ok: false, code: 'numbers_moved' })
  expect(await getException(id)).toMatchObject({ state: 'open', refundedCents: 20_000 })
})

test('two admins at once: one acts, the other is told, both are in the log', async () => {
  const { exception } = await aPaymentWithoutSeat()
  const seen = { expectedRefundedCents: 0, expectedDisputes: 0 }
  const results = await Promise.all([
    resolveException(exception.id, { type: 'expand', mostAdded: 2 }, decision),
    resolveException(exception.id, { type: 'dismiss', ...seen }, decision),
  ])
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  const outcomes = (await audits(exception.id)).map((row) => (row as { outcome: string }).outcome)
  expect(outcomes.sort()).toEqual(['applied', 'refused'])
})

test('a refund on its way is in the log before it is over', async () => {
  const { exception } = await aPaymentWithoutSeat()
  const { id, payment } = exception
  await counter.control.refund(payment.paymentIntentId ?? '', null, {
    status: 'pending',
    metadata: { exceptionId: String(id) },
  })
  expect(await resolveException(id, { type: 'refund', expectedRefundedCents: 0 }, decision)).toEqual({
    ok: true,
    resolution: 'refund_pending',
  })
  expect(await audits(id)).toMatchObject([
    { action: 'exception.begin_refund' },
    { outcome: 'applied', after: { resolution: 'refund_pending' } },
  ])
})
