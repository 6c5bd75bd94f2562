import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { database } from '@/lib/database'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { findPayments } from '@/tests/support/find-payments'
import { nothing } from '@/tests/support/reconciliation'
import { ticketCounter } from '@/tests/support/ticket-counter'

/** Refunds and disputes of which no webhook told: only what `handle` is given was delivered. */

const counter = ticketCounter()

test('a refund made by hand in the dashboard, and one that the bank sends back long after', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city, { quantity: 2 })
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  const { refund } = await counter.control.refund(sessionId, 100_000, { status: 'pending' })
  expect(await reconcileStripe({})).toEqual({ ...nothing, refunds: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
  await counter.advance(5 * 24 * 60)
  await reconcileStripe({})
  await counter.control.settleRefund(refund.id)
  await counter.advance(2 * 24 * 60)
  expect(await reconcileStripe({})).toEqual({ ...nothing, refunds: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
})

test('a dispute and its end, with all their webhooks lost', async () => {
  const { sessionId } = await counter.opened(await counter.aCity())
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  const { dispute } = await counter.control.dispute(sessionId)
  expect(await reconcileStripe({})).toEqual({ ...nothing, events: 1 })
  await counter.work()
  expect(await findPayments(sessionId)).toMatchObject([{ dispute: 'open' }])
  expect(await alertsAbout(sessionId)).toEqual(['A payment is disputed'])
  await counter.control.closeDispute(dispute.id, 'lost')
  expect(await reconcileStripe({})).toEqual({ ...nothing, events: 1 })
  await counter.work()
  expect(await findPayments(sessionId)).toMatchObject([{ dispute: 'lost' }])
  expect(await waitingKinds(sessionId)).toEqual(['dispute_lost'])
  expect(await reconcileStripe({})).toEqual(nothing)
})

test('a dispute that is found when it is decided already asks nobody to answer it', async () => {
  const { sessionId } = await counter.opened(await counter.aCity())
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  const { dispute } = await counter.control.dispute(sessionId)
  await counter.control.closeDispute(dispute.id, 'lost')
  expect(await reconcileStripe({})).toEqual({ ...nothing, events: 2 })
  await counter.work()
  expect(await findPayments(sessionId)).toMatchObject([{ dispute: 'lost' }])
  expect(await waitingKinds(sessionId)).toEqual(['dispute_lost'])
  expect(await alertsAbout(sessionId)).toEqual([expect.stringContaining('needs a person')])
})

async function alertsAbout(sessionId: string) {
  const alerts = await counter.rows(sql<{ subject: string }>`
    select a.subject from alerts a join payments p on p.id = a.payment_id
    where p.session_id = ${sessionId} order by a.created_at, a.id`)
  return alerts.map(({ subject }) => subject)
}

test.each([
  { left: 'its seats are taken again', others: 0, sold: 2, kinds: [] },
  { left: 'its seats are gone: an exception', others: 2, sold: 2, kinds: ['refund_failed'] },
])('a refund that fails days after it had succeeded, with its webhooks lost; $left', async (one) => {
  const city = await counter.aCity({ ga: 2 })
  const sell = async (quantity: number) => {
    const { sessionId } = await counter.opened(city, { quantity })
    await counter.handle(...(await counter.control.pay(sessionId)).events)
    return sessionId
  }
  const sessionId = await sell(2)
  const { refund, events } = await counter.control.refund(sessionId)
  await counter.handle(...events)
  if (one.others > 0) await sell(one.others)
  await reconcileStripe({})
  await counter.advance(3 * 24 * 60)
  await reconcileStripe({})
  await counter.control.failRefund(refund.id)
  expect(await reconcileStripe({})).toEqual({ ...nothing, events: 1 })
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: one.sold })
  expect(await waitingKinds(sessionId)).toEqual(one.kinds)
  expect(await reconcileStripe({})).toEqual(nothing)
})

async function waitingKinds(sessionId: string) {
  const { exceptions } = await listExceptions()
  return exceptions.filter(({ payment }) => payment.sessionId === sessionId).map(({ kind }) => kind)
}

async function aRefund(options: Parameters<typeof counter.control.refund>[2]) {
  const { sessionId } = await counter.opened(await counter.aCity(), { quantity: 2 })
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  const { refund, events } = await counter.control.refund(sessionId, null, options)
  await counter.handle(...events)
  return refund
}

test.each([
  ['pending', 'requires_action'],
  ['requires_action', 'pending'],
  ['succeeded', 'pending'],
  ['canceled', 'failed'],
] as const)('a refund that is %s here and %s at Stripe is news once at most', async (ours, theirs) => {
  const { id } = await aRefund({ status: theirs === 'failed' ? 'pending' : theirs })
  if (theirs === 'failed') await counter.control.failRefund(id)
  await counter.owner.query('update refunds set status = $2 where id = $1', [id, ours])
  await reconcileStripe({})
  expect(await reconcileStripe({})).toEqual(nothing)
})

test('a refund that waits for its buyer is known as that', async () => {
  const { id } = await aRefund({ status: 'requires_action' })
  await counter.owner.query(`update refunds set status = 'pending' where id = $1`, [id])
  expect(await reconcileStripe({})).toEqual({ ...nothing, refunds: 1 })
  expect(await counter.rows(sql`select status from refunds where id = ${id}`)).toEqual([
    { status: 'requires_action' },
  ])
})

test('refunds that never end hide no other that did', async () => {
  const { id } = await aRefund({ status: 'pending' })
  await counter.advance(3 * 24 * 60)
  await reconcileStripe({})
  await counter.owner.query(`
    insert into refunds (id, payment_intent_id, amount_cents, status, created_at, updated_at)
    select 're_stuck_' || n, 'pi_stuck_' || n, 1, 'pending', app_now() - interval '9 days', app_now() - interval '9 days'
    from generate_series(1, 150) n`)
  await counter.control.settleRefund(id)
  expect(await reconcileStripe({})).toEqual(nothing)
  expect(await reconcileStripe({})).toEqual({ ...nothing, refunds: 1 })
  await counter.owner.query(`delete from refunds where id like 're_stuck%'`)
})

async function aRefundOfAnUnknownPayment(
  metadata: Record<string, string>,
  session: { quantity?: number } = {},
) {
  const made = await counter.control.createSession({ metadata, paymentIntentMetadata: metadata, ...session })
  await counter.control.pay(made.session.id)
  const refunded = await counter.control.refund(made.session.id, 100_000)
  await counter.handle(...refunded.events)
  // Its session is older than what a run looks at.
  await counter.advance(4 * 24 * 60)
  await sql`update settings set value = jsonb_build_object('completedAt', to_char(app_now() at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS"Z"')) where key = 'stripe_reconcile'`.execute(database())
  return made.session.id
}

test('a refund of a payment that nobody heard of for an hour: Stripe tells whose it is', async () => {
  const city = await counter.aCity()
  await reconcileStripe({})
  const metadata = { cityId: city, ticketType: 'GA', quantity: '2' }
  const { session } = await counter.control.createSession({ metadata, quantity: 2 })
  await counter.control.pay(session.id)
  await counter.handle(...(await counter.control.refund(session.id, 100_000)).events)
  await counter.control.fault({ match: 'GET /v1/checkout/sessions', kind: 'status', status: 500 })
  await expect(reconcileStripe({})).rejects.toThrow()
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })

  const late = await aRefundOfAnUnknownPayment(metadata, { quantity: 2 })
  const before = (await listExceptions()).exceptions.length
  expect(await reconcileStripe({})).toEqual({ ...nothing, placed: 2 })
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
  expect(await getOrderStatus(late)).toMatchObject({ state: 'confirmed', quantity: 1 })
  expect((await listExceptions()).exceptions).toHaveLength(before)
  expect(await reconcileStripe({})).toEqual(nothing)
})

test("another shop's refund is left alone; one of ours that cannot be placed needs a person", async () => {
  await reconcileStripe({})
  await aRefundOfAnUnknownPayment({ shop: 'other' })
  const before = (await listExceptions()).exceptions.length
  expect(await reconcileStripe({})).toEqual(nothing)
  expect((await listExceptions()).exceptions).toHaveLength(before)

  const city = await counter.aCity()
  const { session } = await counter.control.createSession({
    paymentIntentMetadata: { cityId: city, ticketType: 'GA' },
  })
  await counter.control.pay(session.id)
  await counter.handle(...(await counter.control.refund(session.id)).events)
  expect((await listExceptions()).exceptions).toHaveLength(before)
  await counter.advance(58)
  expect(await reconcileStripe({})).toEqual(nothing)
  expect((await listExceptions()).exceptions).toHaveLength(before)
  await counter.advance(3)
  expect(await reconcileStripe({})).toEqual({ ...nothing, placed: 1 })
  expect((await listExceptions()).exceptions[0]).toMatchObject({
    kind: 'unmatched_refund',
    refundedCents: 100_000,
  })
  expect(await reconcileStripe({})).toEqual(nothing)
})

test('it waits for that person however often its news comes, until its sale comes after all', async () => {
  await reconcileStripe({})
  const metadata = { cityId: await counter.aCity(), ticketType: 'GA', quantity: '1' }
  const { session } = await counter.control.createSession({ paymentIntentMetadata: metadata })
  const paid = await counter.control.pay(session.id)
  const { refund, events } = await counter.control.refund(session.id)
  await counter.handle(...events)
  await counter.advance(61)
  expect(await reconcileStripe({})).toEqual({ ...nothing, placed: 1 })
  const latest = async () => (await listExceptions({ state: 'all' })).exceptions[0]
  await counter.handle(await counter.control.emitEvent('refund.updated', { ...refund }))
  expect(await latest()).toMatchObject({ kind: 'unmatched_refund', state: 'open' })
  await counter.handle(
    await counter.control.emitEvent('checkout.session.completed', { ...paid.session, metadata }),
  )
  expect(await latest()).toMatchObject({
    kind: 'unmatched_refund',
    resolution: 'refunded',
    payment: { sessionId: session.id, state: 'refunded' },
  })
})
