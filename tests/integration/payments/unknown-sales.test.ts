import { expect, test } from 'vitest'
import { getException } from '@/lib/payments/read-exceptions'
import { restockForException } from '@/lib/payments/resolve-restock'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { forgedSales } from '@/tests/support/forged-sales'
import { nothing } from '@/tests/support/reconciliation'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada } from '@/tests/support/unplaced-payments'
import { until } from '@/tests/support/until'

/** Sales that Stripe did not know as paid, and whose money may come all the same. */

const counter = ticketCounter()
const { forgeSale, unknownSaleOf } = forgedSales(counter)
const ofASession = 'GET /v1/checkout/sessions/*'

async function reported() {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city, { quantity: 2 })
  await forgeSale(sessionId)
  await reconcileStripe({})
  const { id } = await unknownSaleOf(city)
  return {
    city,
    sessionId,
    id,
    /** Its event finds the order sold. */
    pay: async () => counter.handle(...(await counter.control.pay(sessionId)).events),
    state: async () => ({ ...(await getException(id)), sold: (await counter.stock(city)).sold }),
  }
}

test('a sale that was paid meanwhile is not taken back: it stays sold, and the exception is settled', async () => {
  const { id, pay, state } = await reported()
  await pay()
  expect(await restockForException(id, ada, { expectedSeats: 2 })).toEqual({ ok: true, resolution: 'paid' })
  expect(await state()).toMatchObject({
    sold: 2,
    state: 'resolved',
    resolution: 'settled',
    resolvedBy: 'ada',
    payment: { state: 'sold', seatsSold: 2 },
  })
})

test('with Stripe out of reach nothing is taken back, and somebody can try again', async () => {
  const { id, state } = await reported()
  await counter.control.fault({ match: ofASession, kind: 'status' })
  expect(await restockForException(id, ada, { expectedSeats: 2 })).toMatchObject({
    ok: false,
    code: 'payment_unavailable',
  })
  expect(await state()).toMatchObject({ sold: 2, state: 'open', claimedBy: null })
  expect(await restockForException(id, ada, { expectedSeats: 2 })).toMatchObject({ resolution: 'restocked' })
  expect(await state()).toMatchObject({ sold: 0 })
})

test('nor is it taken back where the news comes behind Stripe’s answer', async () => {
  const { id, sessionId, pay, state } = await reported()
  const asked = (await counter.control.requests(ofASession)).length
  await counter.control.fault({ match: ofASession, kind: 'slow-after', delayMs: 1_500 })
  const restocked = restockForException(id, ada, { expectedSeats: 2 })
  await until(async () => (await counter.control.requests(ofASession)).length > asked)
  await pay()
  expect(await restocked).toMatchObject({ ok: false, code: 'numbers_moved' })
  expect(await state()).toMatchObject({ sold: 2, state: 'open', payment: { sessionId, state: 'sold' } })
})

test('what waits is settled by itself once Stripe knows it, not by news alone, and is asked about once an hour', async () => {
  const [paid, unpaid] = [await reported(), await reported()]
  await forgeSale(unpaid.sessionId)
  await paid.pay()
  const asked = (await counter.control.requests(ofASession)).length
  await reconcileStripe({})
  expect(await counter.control.requests(ofASession)).toHaveLength(asked)
  expect(await paid.state()).toMatchObject({ sold: 2, state: 'open' })
  await counter.advance(61)
  expect(await reconcileStripe({})).toEqual(nothing)
  expect(await paid.state()).toMatchObject({
    sold: 2,
    state: 'resolved',
    resolution: 'settled',
    resolvedBy: 'system',
  })
  expect(await unpaid.state()).toMatchObject({ sold: 2, state: 'open' })
})
