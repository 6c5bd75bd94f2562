import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { decrementInventory } from '@/lib/inventory'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { restockForException } from '@/lib/payments/resolve-restock'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { findPayments } from '@/tests/support/find-payments'
import { forgedSales } from '@/tests/support/forged-sales'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada } from '@/tests/support/unplaced-payments'

/** Seats that other code sold by their payment alone, without saying what was paid. */

const counter = ticketCounter()
const { unknownSaleOf } = forgedSales(counter)

/** The page of another shop on the same account: its news is not for us, that of its money may be. */
async function paidElsewhere() {
  const city = await counter.aCity()
  const { session } = await counter.control.createSession({ quantity: 2, metadata: {} })
  const { session: paid } = await counter.control.pay(session.id)
  return { city, intent: paid.payment_intent ?? '' }
}

async function soldElsewhere() {
  const { city, intent } = await paidElsewhere()
  await decrementInventory(city, 'ga', 2, { paymentIntentId: intent })
  return {
    city,
    intent,
    sold: async () => (await counter.stock(city)).sold,
    exceptions: async () => {
      const { exceptions } = await listExceptions({ state: 'all' })
      return exceptions.filter((one) => one.payment.id === intent).map(({ kind, state }) => [kind, state])
    },
  }
}

/** What a sale through the library was for, in cents. */
async function amountOf(intent: string) {
  const [payment] = await findPayments(intent)
  return payment && [payment.amountCents, payment.currency, payment.state]
}

test.each(['charge.refunded', 'refund.created', 'refund.updated'])(
  'all of the money back gives all of them back, whether %s says so first',
  async (first) => {
    const { intent, sold, exceptions } = await soldElsewhere()
    const { events } = await counter.control.refund(intent)
    const told = events.filter(({ type }) => type === first)
    expect(told).toHaveLength(1)
    await counter.handle(...told)
    expect(await sold()).toBe(0)
    expect(await amountOf(intent)).toEqual([200_000, 'usd', 'refunded'])
    await counter.handle(...events)
    expect(await sold()).toBe(0)
    expect(await exceptions()).toEqual([])
  },
)

test('half of it gives one back; what is no whole number of seats needs a person, and can be refunded', async () => {
  const { intent, sold, exceptions } = await soldElsewhere()
  await counter.handle(...(await counter.control.refund(intent, 100_000)).events)
  expect(await sold()).toBe(1)
  await counter.handle(...(await counter.control.refund(intent, 15_000)).events)
  expect(await exceptions()).toEqual([['unclear_refund', 'open']])
  expect(await sold()).toBe(1)
  await counter.handle(...(await counter.control.refund(intent)).events)
  expect(await exceptions()).toEqual([['unclear_refund', 'resolved']])
  expect(await sold()).toBe(0)
})

test('the amount is known from a refund that is no whole number of seats, too', async () => {
  const { intent, exceptions } = await soldElsewhere()
  await counter.handle(...(await counter.control.refund(intent, 15_000)).events)
  expect(await exceptions()).toEqual([['unclear_refund', 'open']])
  expect(await amountOf(intent)).toEqual([200_000, 'usd', 'sold'])
})

test('lost webhooks: the reconciliation learns the amount as well', async () => {
  const { intent, sold, exceptions } = await soldElsewhere()
  await counter.control.refund(intent)
  expect(await reconcileStripe({})).toMatchObject({ refunds: 1 })
  expect(await sold()).toBe(0)
  expect(await exceptions()).toEqual([])
})

test('with Stripe out of reach the news waits, and is no exception', async () => {
  const { intent, sold, exceptions } = await soldElsewhere()
  const { events } = await counter.control.refund(intent)
  await counter.control.fault({ match: 'GET /v1/payment_intents/*', kind: 'status' })
  await counter.deliver(...events.filter(({ type }) => type === 'refund.updated'))
  expect(await counter.work()).toMatchObject([{ status: 'failed' }])
  expect([await sold(), await exceptions()]).toEqual([2, []])
  await counter.rows(sql`update pgboss.job set start_after = now() where name = 'stripe-events' returning id`)
  await counter.work()
  expect(await sold()).toBe(0)
})

test('sold only after all of the money had gone back, it takes no seat', async () => {
  const { city, intent } = await paidElsewhere()
  await counter.handle(...(await counter.control.refund(intent)).events)
  await decrementInventory(city, 'ga', 2, { paymentIntentId: intent })
  expect(await counter.stock(city)).toMatchObject({ sold: 0 })
  expect(await amountOf(intent)).toEqual([200_000, 'usd', 'refunded'])
})

test.each(['charge.refunded', 'refund.created'])(
  'of an order that is sold twice nobody can tell whose money went back: a person decides, whether %s says so',
  async (told) => {
    const city = await counter.aCity()
    const metadata = { cityId: city, ticketType: 'GA', quantity: '2' }
    const { session } = await counter.control.createSession({ quantity: 2, metadata })
    await decrementInventory(city, 'ga', 2, { sessionId: session.id })
    const { session: paid, events } = await counter.control.pay(session.id)
    const intent = paid.payment_intent ?? ''
    await decrementInventory(city, 'ga', 2, { paymentIntentId: intent })
    await counter.handle(...events)
    const refund = await counter.control.refund(intent)
    await counter.handle(...refund.events.filter(({ type }) => type === told))
    expect(await counter.stock(city)).toMatchObject({ sold: 4 })
    const { exceptions } = await listExceptions()
    expect(exceptions[0]).toMatchObject({
      kind: 'unclear_refund',
      payment: { id: intent, amountCents: null },
    })
  },
)

test('nor is a sale taken for two whose other one was taken back', async () => {
  const city = await counter.aCity()
  const metadata = { cityId: city, ticketType: 'GA', quantity: '2' }
  const { session } = await counter.control.createSession({ quantity: 2, metadata })
  await decrementInventory(city, 'ga', 2, { sessionId: session.id })
  await reconcileStripe({})
  await restockForException((await unknownSaleOf(city)).id, ada, { expectedSeats: 2 })
  const { session: paid, events } = await counter.control.pay(session.id)
  const intent = paid.payment_intent ?? ''
  await decrementInventory(city, 'ga', 2, { paymentIntentId: intent })
  await counter.deliver(...events)
  await sql`delete from pgboss.job where name = 'stripe-events'`.execute(database())
  const refund = await counter.control.refund(intent, 100_000)
  await counter.handle(...refund.events.filter(({ type }) => type === 'charge.refunded'))
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
  expect(await amountOf(intent)).toEqual([200_000, 'usd', 'sold'])
})

test('a sale that names its session is not taken for two once the news of that is here, applied or not', async () => {
  const city = await counter.aCity()
  const metadata = { cityId: city, ticketType: 'GA', quantity: '2' }
  const { session } = await counter.control.createSession({ quantity: 2, metadata })
  const { session: paid, events } = await counter.control.pay(session.id)
  const intent = paid.payment_intent ?? ''
  await decrementInventory(city, 'ga', 2, { sessionId: session.id, paymentIntentId: intent })
  await counter.deliver(...events)
  await sql`delete from pgboss.job where name = 'stripe-events'`.execute(database())
  const refund = await counter.control.refund(intent, 100_000)
  await counter.handle(...refund.events.filter(({ type }) => type === 'refund.created'))
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
  expect(await amountOf(intent)).toEqual([200_000, 'usd', 'sold'])
})
