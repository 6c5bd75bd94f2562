import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { getOrderStatus } from '@/lib/checkout/order-status'
import { startLookBack } from '@/lib/stripe/look-back'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { paidEvents } from '@/tests/support/paid-events'
import { nothing } from '@/tests/support/reconciliation'
import { ticketCounter } from '@/tests/support/ticket-counter'

/** How far back a run looks for lost webhooks: to all that no run before it has compared, or could apply. */

const counter = ticketCounter()
const { refuseSales } = paidEvents(counter)

test('after a day of silence the run looks back to where the last one ended', async () => {
  const city = await counter.aCity()
  await reconcileStripe({})
  await anOrderWithoutHold(city)
  await counter.advance(3 * 24 * 60)
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
  expect(await counter.stock(city)).toMatchObject({ sold: 1 })
})

test('with Stripe out of reach the run fails, and the next one looks back as far', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  await counter.control.pay(sessionId)
  await counter.control.fault({ match: 'GET /v1/checkout/sessions', kind: 'status', status: 503 })
  await expect(reconcileStripe({})).rejects.toThrow()
  expect(await reconcileStripe({})).toEqual({ ...nothing, applied: 1 })
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
