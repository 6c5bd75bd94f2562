import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { database } from '@/lib/database'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { findPayments } from '@/lib/payments/read-payments'
import { acceptStripeEvent } from '@/lib/stripe/accept-event'
import { startLookBack } from '@/lib/stripe/look-back'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { paidEvents } from '@/tests/support/paid-events'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'

// Events are recorded and delivered only by hand: a payment without `handle` is one whose webhooks were all lost.
const counter = ticketCounter()
const { refuseSales } = paidEvents(counter)

const nothing = { applied: 0, refunds: 0, placed: 0, unknownSales: 0, events: 0 }

test('lost webhooks: paid, expired, refunded and failed are found, once', async () => {
  const city = await counter.aCity()
  const orders = []
  for (let index = 0; index < 5; index++) orders.push(await counter.opened(city))
  const [paid, expired, refunded, debit, failed] = orders.map(({ sessionId }) => sessionId)
  await counter.control.pay(paid ?? '')
  await counter.control.expire(expired ?? '')
  await counter.control.pay(refunded ?? '')
  await counter.control.refund(refunded ?? '')
  await counter.control.pay(debit ?? '', { method: 'debit' })
  await counter.control.pay(failed ?? '', { method: 'debit' })
  await counter.control.settle(failed ?? '', 'fail')
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 5 })

  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 5, refunds: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 1 })
  const states = []
  for (const { sessionId } of orders) states.push((await getOrderStatus(sessionId)).state)
  expect(states).toEqual(['confirmed', 'expired', 'refunded', 'awaiting_payment', expect.any(String)])
  expect(await reconcileStripe({})).toEqual(nothing)

  await counter.control.settle(debit ?? '', 'succeed')
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

test('one session, for a buyer who waits', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  expect(await reconcileStripe({ sessionId })).toEqual(nothing)
  await counter.control.pay(sessionId)
  expect(await reconcileStripe({ sessionId })).toEqual({ ...nothing, applied: 1 })
  expect(await reconcileStripe({ sessionId })).toEqual(nothing)
  expect(await reconcileStripe({ sessionId: 'cs_test_nobody_knows' })).toEqual(nothing)
})

test('page by page: 230 lost orders, and another shop on the same account', async () => {
  const city = await counter.aCity({ ga: 500 })
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1' }
  for (let index = 0; index < 230; index++) {
    const { session } = await counter.control.createSession({ metadata: index % 10 ? metadata : {} })
    await counter.control.pay(session.id)
  }
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 207 })
  expect(await counter.stock(city)).toMatchObject({ sold: 207 })
  const lists = await counter.control.requests('GET /v1/checkout/sessions')
  expect(lists.length).toBeGreaterThanOrEqual(3)
  expect(await reconcileStripe({})).toEqual(nothing)
})

test('a debit that is decided days later, with its webhooks lost', async () => {
  const city = await counter.aCity()
  const [good, bad] = [await counter.opened(city), await counter.opened(city)]
  for (const { sessionId } of [good, bad]) {
    await counter.handle(...(await counter.control.pay(sessionId, { method: 'debit' })).events)
  }
  await counter.advance(3 * 24 * 60)
  expect(await reconcileStripe({})).toEqual(nothing)
  await counter.control.settle(good.sessionId, 'succeed')
  await counter.control.settle(bad.sessionId, 'fail')
  await counter.advance(61)
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 2 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('after a day of silence the run looks back to where the last one ended', async () => {
  const city = await counter.aCity()
  await reconcileStripe({})
  await anOrderWithoutHold(city)
  await counter.advance(3 * 24 * 60)
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
})

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

test('a key that may not read events keeps nothing else from being found; Stripe out of reach is told', async () => {
  const order = async () => {
    const { sessionId } = await counter.opened(await counter.aCity())
    await counter.control.pay(sessionId)
  }
  await order()
  await counter.control.fault({ match: 'GET /v1/events', kind: 'status', status: 403 })
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  await expectLookBack({ days: 0 })
  await order()
  await counter.control.fault({ match: 'GET /v1/events', kind: 'status', status: 500 })
  await expect(reconcileStripe({})).rejects.toThrow()
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

test('a forged sale is reported once, with its seat kept until somebody decides', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  const session = (await counter.control.snapshot()).sessions.find(({ id }) => id === sessionId)
  const stolen = await counter.control.buildEvent('checkout.session.completed', {
    ...session,
    status: 'complete',
    payment_status: 'paid',
    payment_intent: 'pi_forged',
  })
  await acceptStripeEvent({ rawBody: stolen.body, signature: stolen.header })
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await reconcileStripe({})).toEqual({ ...nothing, unknownSales: 1 })
  expect(await reconcileStripe({})).toEqual(nothing)
  const [exception] = (await listExceptions()).exceptions
  expect(exception).toMatchObject({
    kind: 'unknown_to_stripe',
    cityId: city,
    quantity: 1,
    payment: { sessionId, state: 'sold', seatsSold: 1 },
    resolutions: ['dismiss'],
  })
})

test('sales that the list of sessions knows need no question of their own', async () => {
  const city = await counter.aCity()
  for (let index = 0; index < 3; index++) {
    const { sessionId } = await counter.opened(city)
    await counter.handle(...(await counter.control.pay(sessionId)).events)
  }
  const before = (await counter.control.requests('GET /v1/checkout/sessions/*')).length
  expect(await reconcileStripe({})).toEqual(nothing)
  expect(await counter.control.requests('GET /v1/checkout/sessions/*')).toHaveLength(before)
  const unchecked = await counter.rows(
    sql`select 1 from payments where city_id = ${city} and checked_at is null`,
  )
  expect(unchecked).toEqual([])
})

test('sales that are noted as known are locked by id, as everywhere', async () => {
  const city = await counter.aCity()
  for (let index = 0; index < 8; index++) {
    const { sessionId } = await counter.opened(city)
    await counter.handle(...(await counter.control.pay(sessionId)).events)
  }
  await counter.owner.query('begin')
  await counter.owner.query('select from payments where city_id = $1 order by id limit 1 for update', [city])
  const reconciling = reconcileStripe({})
  await until(async () => {
    const waiting = await counter.rows(sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    return waiting.length > 0
  })
  const free = await counter.rows(sql`select from payments where city_id = ${city} for update skip locked`)
  await counter.owner.query('rollback')
  expect(free).toHaveLength(7)
  expect(await reconciling).toEqual(nothing)
})

test('one order at fault keeps no other from being found', async () => {
  const [good, bad] = [await counter.aCity(), await counter.aCity()]
  for (const city of [bad, good, bad]) {
    const { sessionId } = await counter.opened(city)
    await counter.control.pay(sessionId)
  }
  const heal = await refuseSales(bad)
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  await heal()
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 2 })
  expect([(await counter.stock(good)).sold, (await counter.stock(bad)).sold]).toEqual([1, 2])
})

test('an order at fault for days is found again, also one that never had a hold', async () => {
  const city = await counter.aCity()
  await reconcileStripe({})
  const { session } = await anOrderWithoutHold(city)
  const heal = await refuseSales(city)
  for (const hours of [0, 26, 26]) {
    await counter.advance(hours * 60)
    expect(await reconcileStripe({})).toEqual(nothing)
  }
  await heal()
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  expect(await getOrderStatus(session.id)).toMatchObject({ state: 'confirmed' })
  // Everything has been compared, so the next run looks at a day again.
  await expectLookBack({ days: 0 })
})

test('an order at fault is told, once, however many runs leave it behind', async () => {
  const city = await counter.aCity()
  const { session } = await anOrderWithoutHold(city)
  const heal = await refuseSales(city)
  const told = () =>
    counter.rows(
      sql<{ kind: string; payment: string }>`
        select kind, payment_id as payment from alerts where body like ${`%left ${session.id} behind%`}`,
    )
  expect(await told()).toEqual([])
  for (const run of [1, 2]) {
    expect([run, await reconcileStripe({})]).toEqual([run, nothing])
    expect(await told()).toEqual([{ kind: 'not_reconciled', payment: session.id }])
  }
  await heal()
  await reconcileStripe({})
})

test('also where no run before it came to its end', async () => {
  await counter.owner.query(`delete from settings where key = 'stripe_reconcile'`)
  const city = await counter.aCity()
  await anOrderWithoutHold(city)
  const heal = await refuseSales(city)
  expect(await reconcileStripe({})).toEqual(nothing)
  await counter.advance(26 * 60)
  await heal()
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
})

test('a refund at fault for days is found again', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  await counter.control.refund(sessionId)
  const heal = await refuseSales(city)
  for (const hours of [0, 26, 26]) {
    await counter.advance(hours * 60)
    expect(await reconcileStripe({})).toEqual(nothing)
  }
  await heal()
  expect(await reconcileStripe({})).toEqual({ ...nothing, refunds: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
})

test('an order from long before a restored backup is found again, though it is at fault at first', async () => {
  const city = await counter.aCity()
  await reconcileStripe({})
  await counter.advance(5 * 24 * 60)
  const { session } = await anOrderWithoutHold(city)
  await counter.advance(40 * 24 * 60)
  const heal = await refuseSales(city)
  expect(await reconcileStripe({})).toEqual(nothing)
  await heal()
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  expect(await getOrderStatus(session.id)).toMatchObject({ state: 'confirmed' })
  await expectLookBack({ days: 0 })
})

test('what stays at fault is compared for a month, also where no run came in between, and then left', async () => {
  const city = await counter.aCity()
  await reconcileStripe({})
  await anOrderWithoutHold(city)
  const heal = await refuseSales(city)
  await reconcileStripe({})
  await counter.advance(40 * 24 * 60)
  // What came meanwhile is compared for the first time.
  await reconcileStripe({})
  await expectLookBack({ days: 40 })
  await counter.advance(31 * 24 * 60)
  await reconcileStripe({})
  await expectLookBack({ days: 31 })
  await heal()
  expect(await reconcileStripe({})).toEqual(nothing)
})

test('a note of before says nothing of how long something has been at fault', async () => {
  const city = await counter.aCity()
  await anOrderWithoutHold(city)
  await counter.owner.query(`
    update settings set value = jsonb_build_object('completedAt', app_now() - interval '45 days')
    where key = 'stripe_reconcile'`)
  const heal = await refuseSales(city)
  await reconcileStripe({})
  await expectLookBack({ days: 45 })
  await heal()
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
})

test('with Stripe out of reach the run fails, and the next one looks back as far', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  await counter.control.pay(sessionId)
  await counter.control.fault({ match: 'GET /v1/checkout/sessions', kind: 'status', status: 503 })
  await expect(reconcileStripe({})).rejects.toThrow()
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
})

/** Paid by a payment link, with its webhook lost. */
async function anOrderWithoutHold(city: string) {
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1' }
  const { session } = await counter.control.createSession({ metadata })
  return counter.control.pay(session.id)
}

/** How many days more than a session's life the next run looks back. */
async function expectLookBack({ days }: { days: number }) {
  const { since, startedAt } = await startLookBack()
  const hours = (startedAt.getTime() - since.getTime()) / 3_600_000
  expect(hours - 25).toBeCloseTo(24 * days, 1)
}

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
  await counter.advance(61)
  expect(await reconcileStripe({})).toEqual({ ...nothing, placed: 1 })
  expect((await listExceptions()).exceptions[0]).toMatchObject({
    kind: 'unmatched_refund',
    refundedCents: 100_000,
  })
  expect(await reconcileStripe({})).toEqual(nothing)
})
