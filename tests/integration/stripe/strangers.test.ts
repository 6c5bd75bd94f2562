import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { sweepReservations } from '@/lib/checkout/sweep'
import { processInventoryUpdate, reserveInventory } from '@/lib/inventory'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { assignException } from '@/lib/payments/resolve-assign'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { stripe } from '@/lib/stripe/client'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada } from '@/tests/support/unplaced-payments'

const counter = ticketCounter()

interface EventRow {
  state: string
  outcome: string | null
}

async function eventRow(id: string): Promise<EventRow | undefined> {
  const [row] = await counter.rows(sql<EventRow>`select state, outcome from stripe_events where id = ${id}`)
  return row
}

async function paidOutside(
  metadata: Record<string, string>,
  session: { quantity?: number; unitAmount?: number } = {},
) {
  const made = await counter.control.createSession({ metadata, ...session })
  const { events, session: paid } = await counter.control.pay(made.session.id)
  const completed = events.find(({ type }) => type === 'checkout.session.completed')
  if (!completed) throw new Error('no event')
  return { completed, paid }
}

async function exceptionKinds(): Promise<string[]> {
  return (await listExceptions()).exceptions.map(({ kind }) => kind)
}

async function allStock(): Promise<unknown[]> {
  return counter.rows(sql`select city_id, tier, sold, held from inventory order by 1, 2`)
}

test("other people's events are recorded and ignored", async () => {
  const before = await allStock()
  const plain = await paidOutside({})
  const metadata = { cityId: 'dallas-jan-2026', ticketType: 'GA', quantity: '1' }
  const subscription = await counter.control.createSession({ mode: 'subscription', metadata })
  const subscribed = await counter.control.pay(subscription.session.id)
  const live = await counter.control.emitEvent(
    'checkout.session.completed',
    { ...plain.paid, metadata },
    { livemode: true },
  )
  const unknownType = await counter.control.emitEvent('invoice.paid', { id: 'in_1', object: 'invoice' })
  const broken = await counter.control.emitEvent('charge.refunded', { id: 7, nothing: [] })
  const events = [plain.completed, ...subscribed.events, live, unknownType, broken]
  expect(await counter.deliver(...events)).toEqual(events.map(() => ({ status: 'ignored' })))
  expect(await counter.deliver(plain.completed)).toEqual([{ status: 'known' }])
  expect(await counter.work()).toEqual([])
  expect(await allStock()).toEqual(before)
  expect(await eventRow(plain.completed.id)).toEqual({ state: 'ignored', outcome: 'not our metadata' })
  expect(await eventRow(live.id)).toEqual({ state: 'ignored', outcome: 'other mode' })
  expect(await eventRow(unknownType.id)).toEqual({ state: 'ignored', outcome: 'type without effect' })
  expect(await eventRow(broken.id)).toEqual({ state: 'ignored', outcome: 'unreadable object' })
  expect(await exceptionKinds()).toEqual([])
})

test.each([
  { cityId: 'ATLANTIS', ticketType: 'GA', quantity: '1', kind: 'unknown_city' },
  { cityId: "' OR 1=1", ticketType: 'GA', quantity: '1', kind: 'unknown_city' },
  { cityId: '../x', ticketType: 'GA', quantity: '1', kind: 'unknown_city' },
  { cityId: '__proto__', ticketType: 'GA', quantity: '1', kind: 'unknown_city' },
  { cityId: 'dallas-jan-2026', ticketType: 'VIP\u200b', quantity: '1', kind: 'unreadable' },
  { cityId: 'dallas-jan-2026', ticketType: '__proto__', quantity: '1', kind: 'unreadable' },
  { cityId: 'dallas-jan-2026', ticketType: 'G A', quantity: '1', kind: 'unreadable' },
])('paid for $cityId, $ticketType: an exception that keeps the money, stock unchanged', async (order) => {
  const { kind, ...metadata } = order
  const before = await allStock()
  const { completed, paid } = await paidOutside(metadata)
  await counter.handle(completed)
  expect(await allStock()).toEqual(before)
  const [exception] = (await listExceptions()).exceptions
  expect(exception).toMatchObject({
    kind,
    amountCents: 100_000,
    currency: 'usd',
    payment: { sessionId: paid.id, state: 'exception', email: 'customer@example.com' },
  })
})

test.each(['ga', 'Ga', ' GA\n'])('tier %j is GA', async (ticketType) => {
  const city = await counter.aCity()
  const { completed } = await paidOutside({ cityId: city, ticketType, quantity: ' 2 ' }, { quantity: 2 })
  await counter.handle(completed)
  expect(await counter.stock(city)).toMatchObject({ sold: 2 })
})

test.each(['0', '-1', '1.5', '2abc', '1e2', '0x10', '٣', '', 'NaN', 'Infinity', '9007199254740993', '3'])(
  'metadata says %j, the line items say 2: two are sold',
  async (quantity) => {
    const city = await counter.aCity()
    const metadata = { cityId: city, ticketType: 'GA', quantity }
    const { completed } = await paidOutside(metadata, { quantity: 2 })
    await counter.handle(completed)
    expect(await counter.stock(city)).toMatchObject({ sold: 2 })
    expect((await eventRow(completed.id))?.outcome).toContain('metadata says')
  },
)

/** Pays for one GA ticket and a shirt. */
async function paidForACart(metadata: Record<string, string>) {
  const item = (name: string, unit_amount: number) => ({
    quantity: 1,
    price_data: { currency: 'usd', unit_amount, product_data: { name } },
  })
  const { id } = await stripe().checkout.sessions.create({
    mode: 'payment',
    line_items: [item('GA', 100_000), item('T-shirt', 3_000)],
    metadata: { ticketType: 'GA', quantity: '1', ...metadata },
    success_url: 'https://example.com',
  })
  const { events } = await counter.control.pay(id)
  const completed = events.find(({ type }) => type === 'checkout.session.completed')
  if (!completed) throw new Error('no event')
  return { id, completed }
}

/** Such a cart of somebody for whom the last seat is held. */
async function paidWithTheLastSeat() {
  const city = await counter.aCity({ ga: 1 })
  const reservationId = `in-cart-${city}`
  await reserveInventory(city, 'ga', 1, reservationId)
  return { city, ...(await paidForACart({ cityId: city, reservationId })) }
}

test('of a cart with other things no seat is sold for each: a person decides', async () => {
  const city = await counter.aCity()
  const { id, completed } = await paidForACart({ cityId: city })
  await counter.handle(completed)
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
  const [exception] = (await listExceptions()).exceptions
  expect(exception).toMatchObject({ kind: 'unreadable', amountCents: 103_000, payment: { sessionId: id } })
})

test.each([
  ['dismissed', (id: number) => dismissException(id, ada), { sold: 0, held: 0 }],
  [
    'given its seat',
    (id: number, cityId: string) => assignException(id, { cityId, tier: 'GA', quantity: 1 }, ada),
    { sold: 1, held: 0 },
  ],
])('the seat that is held for such a cart stays so until the payment is %s', async (_, resolve, stock) => {
  const { city, id, completed } = await paidWithTheLastSeat()
  await counter.handle(completed)
  await counter.advance(60)
  await sweepReservations()
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'insufficient_stock' })
  const [exception] = (await listExceptions()).exceptions
  expect(exception).toMatchObject({ kind: 'unreadable', payment: { sessionId: id, state: 'exception' } })
  expect(await resolve(exception?.id ?? 0, city)).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject(stock)
})

test('the seat that is held for such a cart is kept for nobody whose money had gone back before', async () => {
  const { city, id, completed } = await paidWithTheLastSeat()
  await counter.handle(...(await counter.control.refund(id, 103_000)).events)
  await counter.handle(completed)
  await counter.advance(60)
  await sweepReservations()
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
})

test('a cart says that it was not sold to whoever hands it over', async () => {
  const { id } = await paidWithTheLastSeat()
  const session = await stripe().checkout.sessions.retrieve(id)
  expect(await processInventoryUpdate(session)).toEqual({ success: false, error: 'exception: unreadable' })
})

test.each([
  ['both tiers', ['ga', 'vip'] as const],
  ['only the other tier', ['vip'] as const],
])('of a cart with %s, whose prices Stripe keeps, no seat is sold: a person decides', async (_, bought) => {
  const city = await counter.aCity()
  const kept = { ga: await keepPrice(city, 'ga', 100_000), vip: await keepPrice(city, 'vip', 150_000) }
  const { id } = await stripe().checkout.sessions.create({
    mode: 'payment',
    line_items: bought.map((tier) => ({ quantity: 1, price: kept[tier] })),
    metadata: { cityId: city, ticketType: 'GA', quantity: '1' },
    success_url: 'https://example.com',
  })
  const { events } = await counter.control.pay(id)
  const completed = events.find(({ type }) => type === 'checkout.session.completed')
  if (!completed) throw new Error('no event')
  await counter.handle(completed)
  for (const tier of ['ga', 'vip'] as const)
    expect(await counter.stock(city, tier)).toMatchObject({ sold: 0 })
  const [exception] = (await listExceptions()).exceptions
  expect(exception).toMatchObject({
    kind: 'unreadable',
    detail: 'Tickets of another tier were bought',
    payment: { sessionId: id },
  })
})

/** A city's price of a tier as one that Stripe keeps. @returns its id */
async function keepPrice(cityId: string, tier: 'ga' | 'vip', cents: number): Promise<string> {
  const { id } = await stripe().prices.create({
    currency: 'usd',
    unit_amount: cents,
    product_data: { name: `${tier} of ${cityId}` },
  })
  await database()
    .updateTable('prices')
    .set({ stripe_price_id: id })
    .where('city_id', '=', cityId)
    .where('tier', '=', tier)
    .execute()
  return id
}

test('the metadata of a hold is no authority: what it asked for and what was paid are', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city, { quantity: 2 })
  const { session } = await counter.control.pay(sessionId)
  const calls = (await counter.control.requests()).length
  const lying = await counter.control.emitEvent('checkout.session.completed', {
    ...session,
    metadata: { ...session.metadata, quantity: '3' },
  })
  await counter.handle(lying)
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
  expect(await eventRow(lying.id)).toEqual({ state: 'processed', outcome: 'applied 2; metadata says 3' })
  expect(await counter.control.requests()).toHaveLength(calls)
})

test('a session that Stripe does not know is an exception', async () => {
  const city = await counter.aCity()
  const { paid } = await paidOutside({ cityId: city, ticketType: 'GA', quantity: '1' })
  const forged = await counter.control.emitEvent('checkout.session.completed', {
    ...paid,
    id: 'cs_test_forged',
    payment_intent: 'pi_forged',
    amount_subtotal: 7,
    amount_total: 7,
  })
  await counter.handle(forged)
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
  expect((await listExceptions()).exceptions[0]).toMatchObject({ kind: 'unknown_session' })
})

test('more than was held: the rest comes from free stock, or all of it becomes an exception that keeps the hold', async () => {
  for (const free of [1, 0]) {
    const city = await counter.aCity({ ga: 2 + free })
    const reservationId = `held-${city}`
    await reserveInventory(city, 'ga', 2, reservationId)
    const metadata = { cityId: city, ticketType: 'GA', quantity: '3', reservationId }
    const { completed } = await paidOutside(metadata, { quantity: 3 })
    await counter.handle(completed)
    expect(await counter.stock(city)).toMatchObject(free === 1 ? { sold: 3, held: 0 } : { sold: 0, held: 2 })
  }
  expect((await listExceptions()).exceptions[0]).toMatchObject({ kind: 'no_seat', quantity: 3 })
})

test("a dispute or refund of another shop's payment makes no exception, and no alert", async () => {
  const alerts = async () => counter.rows(sql`select id from alerts order by id`)
  const before = { exceptions: await exceptionKinds(), alerts: await alerts() }
  const { paid } = await paidOutside({ shop: 'other' })
  const refund = await counter.control.refund(paid.id, 10_000)
  const { dispute, events } = await counter.control.dispute(paid.id)
  const closed = await counter.control.closeDispute(dispute.id, 'lost')
  await counter.handle(...refund.events, ...events, ...closed.events)
  expect({ exceptions: await exceptionKinds(), alerts: await alerts() }).toEqual(before)
})

test('what cannot be stored is left out, and the event is kept', async () => {
  const { paid } = await paidOutside({ cityId: 'x', ticketType: 'GA' })
  const odd = await counter.control.emitEvent('checkout.session.completed', {
    ...paid,
    id: 'cs_test_odd',
    payment_intent: 'pi_odd',
    client_reference_id: 'a\u0000b',
    metadata: { cityId: 'bad\u0000city', ticketType: `x${'y'.repeat(5_000)}`, quantity: '\ud800' },
  })
  expect(await counter.deliver(odd)).toEqual([{ status: 'accepted' }])
  await counter.work()
  expect(await eventRow(odd.id)).toMatchObject({ state: 'processed' })
})
