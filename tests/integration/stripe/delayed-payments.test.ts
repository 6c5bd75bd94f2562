import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { reset } from '@/app/changes/reset'
import { readCity } from '@/lib/analytics/cities'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { sweepReservations } from '@/lib/checkout/sweep'
import { resetInventory } from '@/lib/inventory'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

async function alertsAbout(cityId: string): Promise<string[]> {
  const rows = await counter.rows(sql<{ kind: string }>`select kind from alerts where city_id = ${cityId}`)
  return rows.map((row) => row.kind)
}

async function aDebit() {
  const city = await counter.aCity({ ga: 1 })
  const { sessionId, reservationId } = await counter.opened(city)
  const { events } = await counter.control.pay(sessionId, { method: 'debit' })
  return { city, sessionId, reservationId, completed: events }
}

test('a bank debit holds its seat without selling it, for as long as it takes', async () => {
  const { city, sessionId, completed } = await aDebit()
  await counter.handle(...completed)
  await counter.advance(2 * 24 * 60)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'awaiting_payment', seatsKept: true })
  expect(await alertsAbout(city)).toEqual([])
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'insufficient_stock' })
})

test('two days later the debit succeeds: sold', async () => {
  const { city, sessionId, completed } = await aDebit()
  await counter.handle(...completed)
  await counter.advance(2 * 24 * 60)
  await counter.handle(...(await counter.control.settle(sessionId, 'succeed')).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'confirmed' })
})

test('or it fails: the seat is free, and the order is over', async () => {
  const { city, sessionId, completed } = await aDebit()
  await counter.handle(...completed)
  await counter.handle(...(await counter.control.settle(sessionId, 'fail')).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'not_paid', seatsKept: false })
  expect(await counter.checkout(city)).toMatchObject({ ok: true })
})

test('the news of a failed debit that comes before that of its start frees the seat all the same', async () => {
  const { city, sessionId, completed } = await aDebit()
  const failed = (await counter.control.settle(sessionId, 'fail')).events
  await counter.handle(...failed)
  await counter.handle(...completed)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
})

test('async_payment_succeeded before completed: sold once', async () => {
  const { city, sessionId, completed } = await aDebit()
  const succeeded = (await counter.control.settle(sessionId, 'succeed')).events
  await counter.handle(...succeeded)
  await counter.handle(...completed)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a lapsed hold whose debit has begun is held again if its seat is free', async () => {
  const { city, completed } = await aDebit()
  await counter.advance(60)
  const other = await counter.aCity()
  await counter.opened(other)
  await counter.handle(...completed)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
})

test('if its seat is gone the debit waits without one, and becomes an exception when it is paid', async () => {
  const { city, sessionId, completed } = await aDebit()
  await counter.advance(60)
  const other = await counter.opened(city, { quantity: 1 })
  await counter.handle(...completed)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'awaiting_payment', seatsKept: false })
  await counter.handle(...(await counter.control.pay(other.sessionId)).events)
  await counter.handle(...(await counter.control.settle(sessionId, 'succeed')).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'needs_attention' })
})

test.each([
  ['of a payment link', {}],
  ['that names a reservation nobody knows', { reservationId: 'of-somebody-else' }],
])('a debit %s is on its way without a seat, and then sold', async (_, named) => {
  const city = await counter.aCity({ ga: 2 })
  const metadata = { cityId: city, ticketType: 'GA', quantity: '2', ...named }
  const { session } = await counter.control.createSession({ metadata, quantity: 2 })
  await counter.handle(...(await counter.control.pay(session.id, { method: 'debit' })).events)
  expect(await getOrderStatus(session.id)).toMatchObject({ state: 'awaiting_payment', seatsKept: false })
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  await counter.handle(...(await counter.control.settle(session.id, 'succeed')).events)
  expect(await getOrderStatus(session.id)).toMatchObject({ state: 'confirmed', quantity: 2 })
})

test('the news of a failed debit of a payment link that comes before that of its start ends the order', async () => {
  const city = await counter.aCity()
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1' }
  const { session } = await counter.control.createSession({ metadata })
  const { events: completed } = await counter.control.pay(session.id, { method: 'debit' })
  await counter.handle(...(await counter.control.settle(session.id, 'fail')).events)
  await counter.handle(...completed)
  expect(await getOrderStatus(session.id)).toMatchObject({ state: 'not_paid' })
})

test('a reset frees the seats of a debit on its way, and its buyer is promised none', async () => {
  const { city, sessionId, completed } = await aDebit()
  await counter.handle(...completed)
  await resetInventory(city, 'Nate', 'test')
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'awaiting_payment', seatsKept: false })
  await sweepReservations()
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'awaiting_payment', seatsKept: false })
  await counter.handle(...(await counter.control.settle(sessionId, 'succeed')).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

/** What an admin is told before they reset a city. */
async function resetWarnings(cityId: string): Promise<string[]> {
  const city = await readCity(cityId)
  const question = city && (await reset.ask(city, new URLSearchParams()))
  return question?.kind === 'confirm' ? question.warnings : []
}

test('before a reset a debit on its way is told apart from checkouts: its money may come all the same', async () => {
  const debits = [await aDebit(), await aDebit()] as const
  for (const { city, completed } of debits) {
    await counter.handle(...completed)
    await counter.opened(city, { ticketType: 'VIP', quantity: 3 })
    const warnings = await resetWarnings(city)
    expect(warnings).toContain('1 checkout with 3 seats will be ended.')
    expect(warnings).toContain(
      '1 bank debit with 1 seat is on the way and cannot be ended: the seat becomes free. Money that arrives is sold from free seats; where there are none, it needs a decision.',
    )
    await resetInventory(city, 'Nate', 'test')
    expect(await resetWarnings(city)).not.toContainEqual(expect.stringMatching(/checkout|debit/))
  }
  const [sold, unplaced] = debits
  await counter.handle(...(await counter.control.settle(sold.sessionId, 'succeed')).events)
  expect(await getOrderStatus(sold.sessionId)).toMatchObject({ state: 'confirmed' })
  const other = await counter.opened(unplaced.city)
  await counter.handle(...(await counter.control.pay(other.sessionId)).events)
  await counter.handle(...(await counter.control.settle(unplaced.sessionId, 'succeed')).events)
  expect(await getOrderStatus(unplaced.sessionId)).toMatchObject({ state: 'needs_attention' })
})

test('an order that needs no payment counts as paid', async () => {
  const city = await counter.aCity()
  const metadata = { cityId: city, ticketType: 'VIP', quantity: '2' }
  const { session } = await counter.control.createSession({
    metadata,
    quantity: 2,
    unitAmount: 150_000,
    discount: 100,
  })
  const { events } = await counter.control.pay(session.id)
  await counter.handle(...events)
  expect(await counter.stock(city, 'vip')).toMatchObject({ sold: 2, held: 0 })
})

test.each([
  { order: 'completed, expired', sold: 1 },
  { order: 'expired, completed', sold: 1 },
])('the expiry of a paid order changes nothing: $order', async ({ order, sold }) => {
  const city = await counter.aCity({ ga: 1 })
  const { sessionId } = await counter.opened(city)
  const { events, session } = await counter.control.pay(sessionId)
  const expired = await counter.control.emitEvent('checkout.session.expired', {
    ...session,
    status: 'expired',
  })
  const news = order.startsWith('completed') ? [...events, expired] : [expired, ...events]
  for (const event of news) await counter.handle(event)
  expect(await counter.stock(city)).toMatchObject({ sold, held: 0 })
})

test('paid after its expiry, with the seat gone to somebody else: an exception', async () => {
  const city = await counter.aCity({ ga: 1 })
  const { sessionId } = await counter.opened(city)
  const { events, session } = await counter.control.pay(sessionId)
  await counter.handle(
    await counter.control.emitEvent('checkout.session.expired', { ...session, status: 'expired' }),
  )
  const other = await counter.opened(city)
  await counter.handle(...events)
  await counter.handle(...(await counter.control.pay(other.sessionId)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await getOrderStatus(sessionId)).toMatchObject({ state: 'needs_attention' })
})

test('an expired session frees its seat, once', async () => {
  const city = await counter.aCity({ ga: 1 })
  const { sessionId } = await counter.opened(city)
  const { events } = await counter.control.expire(sessionId)
  await counter.handle(...events)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  const again = await counter.opened(city)
  await counter.handle(
    await counter.control.emitEvent('checkout.session.expired', { ...(await sessionOf(sessionId)) }),
  )
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
  await counter.handle(...(await counter.control.pay(again.sessionId)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

async function sessionOf(id: string) {
  const { sessions } = await counter.control.snapshot()
  return sessions.find((session) => session.id === id)
}
