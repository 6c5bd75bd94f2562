import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentException } from '@/app/presenters/console/exception-page'
import { presentExceptions } from '@/app/presenters/console/exceptions'
import { database } from '@/lib/database'
import { getException, listExceptions, longestWaiting } from '@/lib/payments/read-exceptions'
import { assignException } from '@/lib/payments/resolve-assign'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { expandForException } from '@/lib/payments/resolve-expand'
import { refundException } from '@/lib/payments/resolve-refund'
import { stripe } from '@/lib/stripe/client'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

const counter = ticketCounter()
const { sell, exceptionOf, withoutSeat, twoOfThreeKept, refundsAtStripe } = unplacedPayments(counter)
/** As the counter names its cities. */
const nameOf = (city: string) => city.replace('test-city-', 'Test ')

const nothingChosen = { cityId: null, tier: null, quantity: null }

test('an exception tells all that the console shows', async () => {
  const { city, exception } = await withoutSeat()
  expect(await getException(exception.id)).toEqual(exception)
  expect(exception).toMatchObject({
    kind: 'no_seat',
    title: 'paid, but no seat is left',
    state: 'open',
    cityId: city,
    tier: 'ga',
    quantity: 2,
    amountCents: 200_000,
    refundedCents: 0,
    currency: 'usd',
    payment: { state: 'exception', email: 'buyer@example.com', seatsSold: 0 },
    resolutions: ['refund', 'expand', 'assign', 'dismiss'],
  })
  expect(await getException(9_999_999)).toBeNull()
  expect(await getException(Number.NaN)).toBeNull()
})

test('each alert about money names what it leads to', async () => {
  const { exception } = await withoutSeat()
  const sessionId = await sell(await counter.aCity(), 1)
  await counter.handle(...(await counter.control.dispute(sessionId)).events)
  const { rows } =
    await sql`select exception_id, payment_id = (select id from payments where session_id = ${sessionId})
    as "isDisputed" from alerts where kind = 'exception' order by created_at desc limit 2`.execute(database())
  expect(rows).toEqual([
    { exception_id: null, isDisputed: true },
    { exception_id: exception.id, isDisputed: false },
  ])
})

test('dismissing needs a reason, and the same news does not open it again', async () => {
  const { exception } = await withoutSeat()
  for (const reason of ['', '  ', 'x'.repeat(1_001)]) {
    expect(await dismissException(exception.id, { actor: 'ada', reason })).toMatchObject({
      ok: false,
      code: 'invalid',
    })
  }
  expect(await dismissException(exception.id, ada)).toEqual({ ok: true, resolution: 'dismissed' })
  const session = (await counter.control.snapshot()).sessions.find(
    ({ id }) => id === exception.payment.sessionId,
  )
  await counter.handle(await counter.control.emitEvent('checkout.session.async_payment_succeeded', session))
  expect(await getException(exception.id)).toMatchObject({
    state: 'resolved',
    resolution: 'dismissed',
    resolvedBy: 'ada',
    reason: 'the buyer called',
    payment: { state: 'dismissed' },
  })
  const { exceptions } = await listExceptions()
  expect(exceptions.filter((one) => one.payment.id === exception.payment.id)).toEqual([])
})

test('a payment whose news finds no seat, and finds one when it is told again in the same batch, needs nobody', async () => {
  const city = await counter.aCity({ ga: 1 })
  const held = await counter.opened(city)
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1' }
  const { session } = await counter.control.createSession({ metadata, unitAmount: 100_000 })
  const { events, session: paid } = await counter.control.pay(session.id)
  const again = await counter.control.emitEvent('checkout.session.async_payment_succeeded', paid)
  await stripe().checkout.sessions.expire(held.sessionId)
  await counter.handle(...events, await counter.expiryOf(held.sessionId), again)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  const { exceptions } = await listExceptions()
  expect(exceptions.filter(({ payment }) => payment.sessionId === session.id)).toEqual([])
})

test('the console offers seats in the city by its name, a refund of what can go back, and of an order that was free none', async () => {
  const { city, exception } = await withoutSeat()
  const paid = await presentException(exception.id, nothingChosen)
  expect(paid?.expand).toMatchObject({ cityName: nameOf(city), added: 2 })
  expect(paid).toMatchObject({ refund: { amount: '$2,000' }, refundedCents: 0 })
  const metadata = { cityId: 'atlantis', ticketType: 'GA', quantity: '1' }
  const { session } = await counter.control.createSession({ metadata, discount: 100 })
  await counter.handle(...(await counter.control.pay(session.id)).events)
  const free = await presentException((await exceptionOf(session.id)).id, nothingChosen)
  expect(free).toMatchObject({ row: { amount: '$0' }, refund: null })
})

test('the console tells of the seats that are still paid for, here and elsewhere, where a part was refunded', async () => {
  const { exception } = await withoutSeat(3, 3)
  const elsewhere = await counter.aCity()
  const refund = async (cents: number) =>
    counter.handle(...(await counter.control.refund(exception.payment.paymentIntentId ?? '', cents)).events)
  await refund(100_000)
  const chosen = { cityId: elsewhere, tier: 'ga', quantity: '3' }
  const page = await presentException(exception.id, chosen)
  expect(page?.expand).toMatchObject({ seats: 2, added: 2, limitAfter: 5 })
  expect(page?.assign.preview).toMatchObject({ quantity: 3, given: 2, freeAfter: 33 })
  const fewer = await presentException(exception.id, { ...chosen, quantity: '2' })
  expect(fewer?.assign.preview).toMatchObject({ given: 2, freeAfter: 33 })
  await refund(1)
  const unclear = await presentException(exception.id, chosen)
  expect(unclear?.expand).toBe('unclear_refund')
  expect(unclear?.assign).toMatchObject({ cityId: exception.cityId, preview: { given: 3 } })
})

test('a lost dispute names the seats that its payment was sold, in the list, too', async () => {
  const city = await counter.aCity()
  const sessionId = await sell(city, 3)
  const { dispute, events } = await counter.control.dispute(sessionId)
  const lost = await counter.control.closeDispute(dispute.id, 'lost')
  await counter.handle(...events, ...lost.events)
  const { id } = await exceptionOf(sessionId)
  const seats = `3 seats, GA, ${nameOf(city)}`
  const page = await presentException(id, nothingChosen)
  expect(page?.row.order).toBe(seats)
  expect(page?.facts).toContainEqual(['Seats sold for it', seats])
  const { rows } = await presentExceptions({ state: 'waiting', cursor: null })
  expect(rows.find((row) => row.id === id)?.order).toBe(seats)
})

test('a payment that got its seats elsewhere says where, beside what it had asked for', async () => {
  const { city, exception } = await withoutSeat()
  const elsewhere = await counter.aCity()
  await assignException(exception.id, { cityId: elsewhere, tier: 'vip', quantity: 1 }, ada)
  const page = await presentException(exception.id, nothingChosen)
  expect(page?.row.order).toBe(`2 seats, GA, ${nameOf(city)}`)
  expect(page?.facts).toContainEqual(['Seats sold for it', `1 seat, VIP, ${nameOf(elsewhere)}`])
})

test.each([
  ['zero', 'Write a whole number above 0'],
  ['0', 'Write a whole number above 0'],
  ['', 'Write a whole number above 0'],
  ['36', 'has only 35 free GA seats'],
])('seats elsewhere are not offered for %j seats, and the field says why', async (quantity, problem) => {
  const { exception } = await withoutSeat()
  const chosen = { cityId: await counter.aCity(), tier: 'ga', quantity }
  const page = await presentException(exception.id, chosen)
  expect(page?.assign).toMatchObject({
    chosen,
    problem: expect.stringContaining(problem) as string,
    preview: null,
  })
})

test('seats elsewhere are offered where they are free, and nothing is wrong before anybody has chosen', async () => {
  const { exception } = await withoutSeat()
  const cityId = await counter.aCity()
  const page = await presentException(exception.id, { cityId, tier: 'ga', quantity: ' 35 ' })
  expect(page?.assign).toMatchObject({ problem: null, preview: { cityId, quantity: 35, freeAfter: 0 } })
  const before = await presentException(exception.id, nothingChosen)
  expect(before?.assign).toMatchObject({ problem: null, preview: null })
})

test('seats that are held for a payment can be given to it, though no other is free', async () => {
  const { city, exception } = await twoOfThreeKept()
  const { id } = exception
  const seats = async (quantity: string) =>
    (await presentException(id, { cityId: city, tier: 'ga', quantity }))?.assign
  expect(await seats('2')).toMatchObject({ problem: null, preview: { free: 2, kept: 2, freeAfter: 0 } })
  expect(await seats('3')).toMatchObject({ preview: null })
  expect(await assignException(id, { cityId: city, tier: 'ga', quantity: 2 }, ada)).toMatchObject({
    ok: true,
  })
})

test('a lost dispute that is dismissed leaves the seats that are held for its payment to what is yet to be decided', async () => {
  const { city, sessionId, exception } = await twoOfThreeKept()
  const { id } = exception
  const { dispute, events } = await counter.control.dispute(sessionId)
  const lost = await counter.control.closeDispute(dispute.id, 'lost')
  await counter.handle(...events, ...lost.events)
  const { id: disputeId } = await exceptionOf(sessionId)
  expect((await presentException(disputeId, nothingChosen))?.kept).toBe(0)
  expect(await dismissException(disputeId, ada)).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 2 })
  expect(await getException(id)).toMatchObject({ state: 'open', payment: { state: 'exception' } })
  expect((await presentException(id, nothingChosen))?.kept).toBe(2)
  expect(await dismissException(id, ada)).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  expect(await getException(id)).toMatchObject({ payment: { state: 'dismissed' } })
})

test('what does not fit is refused with a code and changes nothing', async () => {
  const city = await counter.aCity()
  const sessionId = await sell(city, 1)
  const { dispute, events } = await counter.control.dispute(sessionId)
  const lost = await counter.control.closeDispute(dispute.id, 'lost')
  await counter.handle(...events, ...lost.events)
  const { id, resolutions } = await exceptionOf(sessionId)
  expect(resolutions).toEqual(['restock', 'dismiss'])
  expect(await refundException(id, ada)).toMatchObject({ ok: false, code: 'not_fitting' })
  expect(await expandForException(id, ada)).toMatchObject({ ok: false, code: 'not_fitting' })
  expect(await assignException(id, { cityId: city, tier: 'ga' }, ada)).toMatchObject({
    ok: false,
    code: 'not_fitting',
  })
  expect(await refundException(9_999_999, ada)).toMatchObject({ ok: false, code: 'unknown_exception' })
  expect(await dismissException(id, ada)).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
})

test('two people at once, 20 times: one acts', async () => {
  for (let round = 0; round < 20; round++) {
    const { city, exception } = await withoutSeat()
    const other = await counter.aCity()
    const results = await Promise.all([
      expandForException(exception.id, { actor: 'ada' }),
      assignException(exception.id, { cityId: other, tier: 'ga' }, { actor: 'bob' }),
      refundException(exception.id, { actor: 'cy' }),
    ])
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    const seats = (await counter.stock(city)).sold - 2 + (await counter.stock(other)).sold
    const refunds = await refundsAtStripe(exception)
    expect(seats / 2 + refunds.length).toBe(1)
  }
})

test('a claim whose process died can be taken after five minutes, and not before', async () => {
  const { exception } = await withoutSeat()
  await sql`update payment_exceptions set state = 'resolving', claimed_by = 'bob', claimed_at = app_now()
    where id = ${exception.id}`.execute(database())
  expect(await dismissException(exception.id, ada)).toMatchObject({ ok: false, code: 'being_resolved' })
  await counter.advance(4)
  expect(await dismissException(exception.id, ada)).toMatchObject({ ok: false, code: 'being_resolved' })
  await counter.advance(2)
  expect(await dismissException(exception.id, ada)).toMatchObject({ ok: true })
})

test('to readers such a claim ends with these minutes, unless a refund is on its way: the exception is open again', async () => {
  const { exception } = await withoutSeat()
  const { exception: other } = await withoutSeat()
  await sql`update payment_exceptions set created_at = '2026-01-01', state = 'resolving', claimed_by = 'bob',
    claimed_at = app_now(), reason = 'his' where id = ${exception.id}`.execute(database())
  const { id } = exception
  const bobs = { id, state: 'resolving', claimedBy: 'bob', reason: 'his' }
  await counter.advance(4)
  expect(await getException(id)).toMatchObject(bobs)
  expect((await longestWaiting())?.state).toBe('open')
  await counter.advance(2)
  const open = { id, state: 'open', claimedBy: null, reason: null }
  expect(await getException(id)).toMatchObject(open)
  expect(await longestWaiting()).toMatchObject(open)
  const { exceptions } = await listExceptions()
  expect(exceptions.find((one) => one.id === id)).toMatchObject(open)
  const intent = exception.payment.paymentIntentId ?? ''
  const { refund } = await counter.control.refund(intent, null, { status: 'pending' })
  await counter.handle(await counter.control.emitEvent('refund.created', refund))
  expect(await getException(id)).toMatchObject(bobs)
  expect((await longestWaiting())?.id).not.toBe(id)
  await dismissException(other.id, ada)
})

test('whoever lost their claim meanwhile commits nothing', async () => {
  const { city, exception } = await withoutSeat()
  await counter.owner.query('begin')
  await counter.owner.query(`select 1 from inventory where city_id = '${city}' for update`)
  const slow = expandForException(exception.id, { actor: 'bob' })
  await until(async () => (await getException(exception.id))?.state === 'resolving')
  await counter.owner.query(
    `update payment_exceptions set claimed_by = 'ada', claimed_at = claimed_at + interval '6 minutes' where id = $1`,
    [exception.id],
  )
  await counter.owner.query('commit')
  expect(await slow).toMatchObject({ ok: false, code: 'being_resolved' })
  expect(await counter.stock(city)).toEqual({ sold: 2, held: 0, actual: 2 })
  expect(await getException(exception.id)).toMatchObject({ state: 'resolving', claimedBy: 'ada' })
})

test('pages of exceptions, newest first', async () => {
  const ids = []
  for (let index = 0; index < 3; index++) ids.push((await withoutSeat()).exception.id)
  const seen: number[] = []
  let cursor: number | null = null
  do {
    const page = await listExceptions({ state: 'all', cursor, limit: 2 })
    seen.push(...page.exceptions.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(seen.slice(0, 3)).toEqual(ids.toReversed())
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a))
  const { exceptions } = await listExceptions({ state: 'resolved' })
  expect(exceptions.every(({ state }) => state === 'resolved')).toBe(true)
})
