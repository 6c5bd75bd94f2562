import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { previewException } from '@/lib/payments/preview-exception'
import { getException, listExceptions } from '@/lib/payments/read-exceptions'
import { assignException } from '@/lib/payments/resolve-assign'
import { expandForException } from '@/lib/payments/resolve-expand'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, kindsWaiting, unplacedPayments } from '@/tests/support/unplaced-payments'

const counter = ticketCounter()
const { withoutSeat, nowhere, refundFailed } = unplacedPayments(counter)

test('expand and apply adds what is missing and sells, with who and why in the ledger', async () => {
  const { city, exception } = await withoutSeat()
  expect(await expandForException(exception.id, ada)).toEqual({ ok: true, resolution: 'expanded' })
  expect(await counter.stock(city)).toEqual({ sold: 4, held: 0, actual: 4 })
  expect(await lastLedgerRow(city)).toEqual({
    operation: 'decrement',
    quantity: 2,
    actor: 'ada',
    authorized_by: 'Ada L.',
    reason: 'the buyer called',
  })
  expect(await getException(exception.id)).toMatchObject({
    state: 'resolved',
    resolution: 'expanded',
    resolvedBy: 'ada',
    payment: { state: 'sold', seatsSold: 2 },
  })
})

test('expand and apply works in a city that was archived meanwhile', async () => {
  for (const { city, exception } of [await withoutSeat(), await refundFailed()]) {
    await counter.rows(sql`update cities set archived_at = app_now() where id = ${city} returning id`)
    expect(await expandForException(exception.id, ada)).toEqual({ ok: true, resolution: 'expanded' })
    expect((await counter.stock(city)).actual).toBe(exception.kind === 'no_seat' ? 4 : 3)
  }
})

test('seats that became free meanwhile are used first', async () => {
  const { city, exception } = await withoutSeat(3)
  const [buyer] = await counter.rows(
    sql<{ session_id: string }>`select session_id from payments where city_id = ${city} and state = 'sold'`,
  )
  await counter.handle(...(await counter.control.refund(buyer?.session_id ?? '', 100_000)).events)
  expect(await counter.stock(city)).toEqual({ sold: 2, held: 0, actual: 3 })
  expect(await expandForException(exception.id, ada)).toEqual({ ok: true, resolution: 'expanded' })
  expect(await counter.stock(city)).toEqual({ sold: 4, held: 0, actual: 4 })
})

test('only what is still paid for is added and sold, as the admin was told before', async () => {
  const { city, exception, refund, page } = await refundedInPart(100_000)
  expect((await page()).expansion).toMatchObject({ seats: 1, free: 0, added: 1 })
  expect(await expandForException(exception.id, ada, { mostAdded: 1 })).toEqual({
    ok: true,
    resolution: 'expanded',
  })
  expect(await counter.stock(city)).toEqual({ sold: 3, held: 0, actual: 3 })
  expect((await page()).seatsGivenBack).toBe(1)
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  // The money of the second seat is here again, and nothing is free.
  expect(await kindsWaiting(exception)).toEqual(['refund_failed'])
})

test('what is still paid for is given without adding where so much is free', async () => {
  const { city, exception } = await refundedInPart(100_000)
  const [other] = await counter.rows(
    sql<{ session_id: string }>`select session_id from payments where city_id = ${city} and state = 'sold'`,
  )
  await counter.handle(...(await counter.control.refund(other?.session_id ?? '', 100_000)).events)
  expect(await expandForException(exception.id, ada, { mostAdded: 0 })).toEqual({
    ok: true,
    resolution: 'assigned',
  })
  expect(await counter.stock(city)).toEqual({ sold: 2, held: 0, actual: 2 })
})

test('nothing is added where a refund does not tell for how many seats it was; an admin says how many', async () => {
  const { city, exception, page } = await refundedInPart(30_000)
  expect((await page()).expansion).toBe('unclear_refund')
  expect(await expandForException(exception.id, ada)).toEqual({
    ok: false,
    code: 'not_fitting',
    message:
      'What was refunded is no whole number of tickets. Refund the rest, or give it a number of seats that you choose',
  })
  expect(await counter.stock(city)).toEqual({ sold: 2, held: 0, actual: 2 })
  expect(await getException(exception.id)).toMatchObject({ state: 'open', claimedBy: null })
  expect(await kindsWaiting(exception)).toEqual(['no_seat'])
})

/** Two seats were paid for, of which none was left, and so much was refunded. */
async function refundedInPart(cents: number) {
  const { city, exception } = await withoutSeat()
  const { refund, events } = await counter.control.refund(exception.payment.paymentIntentId ?? '', cents)
  await counter.handle(...events)
  const page = async () => {
    const found = await getException(exception.id)
    if (!found) throw new Error('no exception')
    return previewException(found)
  }
  return { city, exception, refund, page }
}

test('expanding for a refund that failed: the seats are the buyer’s again', async () => {
  const { city, exception } = await refundFailed()
  expect(exception.kind).toBe('refund_failed')
  expect(await expandForException(exception.id, ada)).toEqual({ ok: true, resolution: 'expanded' })
  expect(await counter.stock(city)).toEqual({ sold: 3, held: 0, actual: 3 })
})

test('assigned to another city and tier', async () => {
  const { city, exception } = await withoutSeat()
  const other = await counter.aCity({ vip: 3 })
  expect(await assignException(exception.id, { cityId: other, tier: 'VIP' }, ada)).toEqual({
    ok: true,
    resolution: 'assigned',
  })
  expect(await counter.stock(other, 'vip')).toMatchObject({ sold: 2 })
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
  expect(await getException(exception.id)).toMatchObject({
    resolution: 'assigned',
    payment: { seatsSold: 2 },
  })
})

test('an order that nobody could read needs a number of seats', async () => {
  const city = await counter.aCity()
  await counter.rows(sql`update cities set name = 'San Francisco' where id = ${city} returning id`)
  const { id } = await nowhere()
  const target = { cityId: city, tier: 'ga' }
  expect(await assignException(id, target, ada)).toMatchObject({ ok: false, code: 'invalid' })
  for (const quantity of [0, -1, 1.5, '2abc', '1e2', NaN, [2], {}]) {
    expect(await assignException(id, { ...target, quantity }, ada)).toMatchObject({
      ok: false,
      code: 'invalid',
    })
  }
  expect(await assignException(id, { cityId: 'nowhere', tier: 'ga', quantity: 1 }, ada)).toMatchObject({
    ok: false,
    code: 'unknown_city',
  })
  expect(await assignException(id, { ...target, quantity: 36 }, ada)).toEqual({
    ok: false,
    code: 'insufficient_stock',
    message: 'Only 35 GA seats are free in San Francisco',
  })
  expect(await getException(id)).toMatchObject({ state: 'open', claimedBy: null })
  expect(await assignException(id, { ...target, quantity: '3' }, ada)).toMatchObject({ ok: true })
  expect(await counter.stock(city)).toMatchObject({ sold: 3 })
})

/** Two seats elsewhere for a payment of so many. */
async function twoGiven(paid: number) {
  const { exception } = await withoutSeat(paid, paid)
  const other = await counter.aCity()
  const intent = exception.payment.paymentIntentId ?? ''
  return {
    other,
    refund: async (cents: number) => {
      const { refund, events } = await counter.control.refund(intent, cents)
      await counter.handle(...events)
      return refund
    },
    assign: () => assignException(exception.id, { cityId: other, tier: 'ga', quantity: 2 }, ada),
    waiting: () => kindsWaiting(exception),
  }
}

test('a payment that got fewer seats than were paid for keeps them when the others are refunded, before or after', async () => {
  for (const order of ['before', 'after']) {
    const { other, refund, assign, waiting } = await twoGiven(4)
    if (order === 'before') await refund(200_000)
    expect(await assign()).toEqual({ ok: true, resolution: 'assigned' })
    if (order === 'after') await refund(200_000)
    expect(await counter.stock(other)).toMatchObject({ sold: 2 })
    expect(await waiting()).toEqual([])
    // From here on the refunds are of those that it has.
    await refund(100_000)
    expect(await counter.stock(other)).toMatchObject({ sold: 1 })
    await refund(100_000)
    expect(await counter.stock(other)).toMatchObject({ sold: 0 })
  }
})

test('nor does the refund of a third seat that it never got need a person', async () => {
  const { other, refund, assign, waiting } = await twoGiven(3)
  await assign()
  await refund(100_000)
  expect(await counter.stock(other)).toMatchObject({ sold: 2 })
  expect(await waiting()).toEqual([])
})

test('a payment whose only refund failed before it got any seat was for as many as it says', async () => {
  const { other, refund, waiting } = await twoGiven(4)
  const all = await refund(400_000)
  await counter.handle(...(await counter.control.failRefund(all.id)).events)
  expect(await waiting()).toEqual(['refund_failed'])
  const [exception] = (await listExceptions()).exceptions
  await assignException(exception?.id ?? 0, { cityId: other, tier: 'ga', quantity: 2 }, ada)
  await refund(200_000)
  expect(await counter.stock(other)).toMatchObject({ sold: 2 })
})

test('a number of seats is one decision, though what was refunded does not tell it', async () => {
  const { city, exception, refund } = await refundedInPart(30_000)
  const other = await counter.aCity()
  const give = (expectedRefundedCents: number) =>
    assignException(exception.id, { cityId: other, tier: 'ga', quantity: 1, expectedRefundedCents }, ada)
  expect(await give(0)).toMatchObject({ ok: false, code: 'numbers_moved' })
  expect([await getException(exception.id), await counter.stock(other)]).toMatchObject([
    { state: 'open', claimedBy: null },
    { sold: 0 },
  ])
  expect(await give(30_000)).toEqual({ ok: true, resolution: 'assigned' })
  // The same news comes more than once.
  await counter.handle(await counter.control.emitEvent('refund.updated', refund))
  expect(await kindsWaiting(exception)).toEqual([])
  expect([await counter.stock(other), (await counter.stock(city)).sold]).toMatchObject([{ sold: 1 }, 2])
  // Another amount is to be decided about.
  const more = await counter.control.refund(exception.payment.paymentIntentId ?? '', 20_000)
  await counter.handle(...more.events)
  expect(await kindsWaiting(exception)).toEqual(['unclear_refund'])
})

test('a sale gets no seats elsewhere, and nobody is offered that, though all of its own were returned', async () => {
  const { exception } = await refundFailed()
  expect(exception).toMatchObject({
    payment: { seatsSold: 2, seatsReturned: 2 },
    resolutions: ['refund', 'expand', 'dismiss'],
  })
  const other = await counter.aCity()
  expect(await assignException(exception.id, { cityId: other, tier: 'ga', quantity: 2 }, ada)).toEqual({
    ok: false,
    code: 'not_fitting',
    message: 'This cannot be done about: refund failed',
  })
  expect(await counter.stock(other)).toMatchObject({ sold: 0 })
})

async function lastLedgerRow(city: string) {
  const [row] = await counter.rows(
    sql`select operation, quantity, actor, authorized_by, reason from inventory_transactions
      where city_id = ${city} order by id desc limit 1`,
  )
  return row
}
