import { describe, expect, test } from 'vitest'
import type { Reservation } from '@/lib/inventory/model'
import { awaitPayment, release, restock, sell } from '../../support/stories/commands'
import { aPayment, aPool, aReservation, aSale, aState, poolOf, tell } from '../../support/stories/state'

const payment = { id: 'pi_1', sessionId: 'cs_1', reservationId: 'r1' }
const held = aState({
  pools: [aPool({ held: 2 })],
  reservations: [aReservation({ quantity: 2 })],
  payments: [aPayment()],
})

describe('a sale', () => {
  test('turns its hold into sold seats and says so in the ledger', () => {
    const { state, outcomes, entries } = tell(held, sell(2, payment, { amountCents: 200_000 }))
    expect(outcomes).toMatchObject([{ status: 'applied', quantity: 2, available: 33 }])
    expect(poolOf(state)).toMatchObject({ sold: 2, held: 0 })
    expect(state.reservations.get('r1')).toMatchObject({
      status: 'sold',
      sessionId: 'cs_1',
      sessionOutcome: 'paid',
    })
    expect(state.payments.get('pi_1')).toMatchObject({
      state: 'sold',
      cityId: 'dallas',
      tier: 'ga',
      seatsSold: 2,
      epoch: 0,
    })
    expect(entries).toMatchObject([
      {
        operation: 'decrement',
        quantity: 2,
        before: { sold: 0 },
        after: { sold: 2 },
        payment: { id: 'pi_1', sessionId: 'cs_1' },
        reservationId: 'r1',
      },
    ])
  })

  test('without a reservation comes from free stock', () => {
    const link = { id: 'pi_1', sessionId: 'cs_1' }
    const { state } = tell(aState({ payments: [aPayment()] }), sell(3, link))
    expect(poolOf(state)).toMatchObject({ sold: 3, held: 0 })
  })

  test('happens once for each payment', () => {
    const { state, outcomes } = tell(held, sell(2, payment), sell(2, payment))
    expect(outcomes[1]).toEqual({ status: 'duplicate', code: 'already_sold' })
    expect(poolOf(state)).toMatchObject({ sold: 2, held: 0 })
  })

  test('that other code made from free stock lets the hold go once its payment names it, but no other session’s', () => {
    const soldBeside = (hold: Partial<Reservation>) =>
      aState({
        pools: [aPool({ sold: 2, held: 2 })],
        reservations: [aReservation({ quantity: 2, ...hold })],
        payments: [aSale(2)],
      })
    const { state, outcomes, entries } = tell(soldBeside({}), sell(2, payment))
    expect([outcomes, entries]).toEqual([[{ status: 'duplicate', code: 'already_sold' }], []])
    expect(poolOf(state)).toMatchObject({ sold: 2, held: 0 })
    expect(state.reservations.get('r1')).toMatchObject({ status: 'sold', sessionOutcome: 'paid' })
    const others = tell(soldBeside({ sessionId: 'cs_2' }), sell(2, payment))
    expect(poolOf(others.state)).toMatchObject({ sold: 2, held: 2 })
  })

  test('whose double was taken back has its reservation again once its payment names it', () => {
    const left = aState({
      pools: [aPool({ sold: 2 })],
      reservations: [aReservation({ quantity: 2, status: 'released', closedBecause: 'taken_back' })],
      payments: [aSale(2)],
    })
    const { state } = tell(left, sell(2, payment))
    expect(poolOf(state)).toMatchObject({ sold: 2, held: 0 })
    expect(state.reservations.get('r1')).toMatchObject({ status: 'sold', closedBecause: null })
  })

  test('keeps the session and the reservation that its payment has, whatever else it is said to be of', () => {
    const state = aState({
      pools: [aPool({ held: 2 })],
      reservations: [aReservation(), aReservation({ id: 'r2' })],
      payments: [aPayment({ reservationId: 'r1' })],
    })
    const told = tell(state, sell(1, { id: 'pi_1', sessionId: 'cs_2', reservationId: 'r2' }))
    expect(told.state.payments.get('pi_1')).toMatchObject({ sessionId: 'cs_1', reservationId: 'r1' })
    expect(told.state.reservations.get('r1')).toMatchObject({ status: 'sold', sessionId: 'cs_1' })
    expect(told.state.reservations.get('r2')).toMatchObject({ status: 'held' })
  })

  test('is refused for a payment or a city that is not known', () => {
    expect(tell(aState(), sell(1, { id: 'pi_9' })).outcomes).toMatchObject([{ code: 'unknown_payment' }])
    expect(tell(held, sell(1, payment, { cityId: 'atlantis' })).outcomes).toMatchObject([
      { code: 'unknown_city' },
    ])
  })

  test('takes money whatever the sale state, and in an archived city', () => {
    const closed = aState({
      cities: { dallas: { saleState: 'closed', archived: true } },
      payments: [aPayment()],
    })
    expect(tell(closed, sell(1, payment)).outcomes).toMatchObject([{ status: 'applied' }])
  })

  test('of a payment whose bank debit had failed is honoured: the money is there', () => {
    const failed = aState({ payments: [aPayment({ state: 'failed' })] })
    expect(poolOf(tell(failed, sell(1, payment)).state).sold).toBe(1)
  })

  test.each(['exception', 'refunded', 'dismissed'] as const)(
    'of a payment in state %s waits for a person',
    (state) => {
      const decided = aState({ payments: [aPayment({ state })] })
      expect(tell(decided, sell(1, payment)).outcomes).toMatchObject([{ code: 'payment_in_exception' }])
      const resolved = tell(decided, sell(1, payment, { resolvesException: true }))
      expect(resolved.outcomes).toMatchObject([{ status: 'applied' }])
    },
  )
})

describe('C10 and C19: paid after the hold was gone', () => {
  const gone = (sold: number, given = {}) =>
    aState({
      pools: [aPool({ sold, ...given })],
      reservations: [aReservation({ status: 'released', sessionOutcome: 'expired' })],
      payments: [aPayment()],
    })

  test('one seat free: honoured', () => {
    const { state } = tell(gone(34), sell(1, payment))
    expect(poolOf(state)).toMatchObject({ sold: 35, held: 0 })
    expect(state.reservations.get('r1')).toMatchObject({ status: 'sold', sessionOutcome: 'paid' })
  })

  test('none free: refused, and nothing changes', () => {
    const told = tell(gone(35), sell(1, payment))
    expect(told.outcomes).toMatchObject([{ code: 'insufficient_stock', available: 0 }])
    expect(poolOf(told.state).sold).toBe(35)
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'new' })
  })

  test('only hidden seats: by the city’s setting', () => {
    const open = tell(gone(35, { actualLimit: 36, hiddenSale: 'open' }), sell(1, payment))
    expect(open.outcomes).toMatchObject([{ status: 'applied' }])
    const shut = tell(gone(35, { actualLimit: 36, hiddenSale: 'private' }), sell(1, payment))
    expect(shut.outcomes).toMatchObject([{ code: 'insufficient_stock' }])
  })

  test('its own held seats it gets whatever the setting', () => {
    const state = aState({
      pools: [aPool({ sold: 36, held: 2, actualLimit: 40, hiddenSale: 'private' })],
      reservations: [aReservation({ quantity: 2 })],
      payments: [aPayment()],
    })
    expect(tell(state, sell(2, payment)).outcomes).toMatchObject([{ status: 'applied' }])
  })

  test('an expiry that comes after the sale changes nothing', () => {
    const told = tell(held, sell(2, payment), release('r1', { cause: 'expired', sessionId: 'cs_1' }))
    expect(poolOf(told.state)).toMatchObject({ sold: 2, held: 0 })
  })
})

describe('a quantity that was changed on Stripe’s page', () => {
  test('fewer: the rest of the hold is free', () => {
    expect(poolOf(tell(held, sell(1, payment)).state)).toMatchObject({ sold: 1, held: 0 })
  })

  test('more: the rest comes from free stock', () => {
    expect(poolOf(tell(held, sell(5, payment)).state)).toMatchObject({ sold: 5, held: 0 })
  })

  test('more than there is: refused as a whole', () => {
    const short = { ...held, pools: aState({ pools: [aPool({ sold: 32, held: 2 })] }).pools }
    const told = tell(short, sell(4, payment))
    expect(told.outcomes).toMatchObject([{ code: 'insufficient_stock', available: 3 }])
    expect(poolOf(told.state)).toMatchObject({ sold: 32, held: 2 })
  })
})

describe('two paid sessions that name one reservation', () => {
  const second = { id: 'pi_2', sessionId: 'cs_2', reservationId: 'r1' }
  const both = (sold: number) =>
    aState({
      pools: [aPool({ sold, held: 1 })],
      reservations: [aReservation()],
      payments: [aPayment(), aPayment({ id: 'pi_2', paymentIntentId: 'pi_2', sessionId: 'cs_2' })],
    })

  test('each is a sale of its own', () => {
    expect(poolOf(tell(both(0), sell(1, payment), sell(1, second)).state)).toMatchObject({ sold: 2, held: 0 })
  })

  test('the second is refused where there is no seat, never a duplicate', () => {
    const told = tell(both(34), sell(1, payment), sell(1, second))
    expect(told.outcomes).toMatchObject([{ status: 'applied' }, { code: 'insufficient_stock' }])
  })

  test.each([
    ['session', { sessionId: 'cs_2', paymentIntentId: null }],
    ['payment intent', { sessionId: null, paymentIntentId: 'pi_2' }],
  ])('the second is a sale of its own with nothing but a %s, too', (_, ids) => {
    const state = {
      ...both(0),
      payments: new Map([
        ['pi_1', aPayment()],
        ['pi_2', aPayment({ id: 'pi_2', ...ids })],
      ]),
    }
    const told = tell(state, sell(1, payment), sell(1, { id: 'pi_2', reservationId: 'r1', ...ids }))
    expect(told.outcomes).toMatchObject([{ status: 'applied' }, { status: 'applied' }])
    expect(poolOf(told.state)).toMatchObject({ sold: 2, held: 0 })
  })

  test('the second leaves what was sold alone, though its money had gone back before', () => {
    const state = both(0)
    const back = aPayment({ id: 'pi_2', paymentIntentId: 'pi_2', sessionId: null, refundedCents: 7 })
    const payments = new Map([...state.payments, ['pi_2', back]])
    const late = { id: 'pi_2', paymentIntentId: 'pi_2', reservationId: 'r1' }
    const told = tell({ ...state, payments }, sell(1, payment), sell(1, late, { amountCents: 7 }))
    expect(told.outcomes).toMatchObject([{ status: 'applied' }, { note: 'refunded_before_sale' }])
    expect(told.state.reservations.get('r1')).toMatchObject({ status: 'sold', closedBecause: null })
  })

  test('the one that does not own the hold leaves it alone', () => {
    const owned = {
      ...both(0),
      reservations: aState({ reservations: [aReservation({ sessionId: 'cs_1' })] }).reservations,
    }
    const told = tell(owned, sell(1, second))
    expect(poolOf(told.state)).toMatchObject({ sold: 1, held: 1 })
  })
})

describe('a reservation that the library sells by its name alone', () => {
  const library = { id: 'reservation:r1', reservationId: 'r1' }
  const row = aPayment({ id: 'reservation:r1', paymentIntentId: null, sessionId: null, reservationId: 'r1' })
  const both = { ...held, payments: aState({ payments: [aPayment(), row] }).payments }

  test('is sold once: after a session bought it, this means the same sale', () => {
    const told = tell(both, sell(2, payment), sell(2, library))
    expect(told.outcomes[1]).toEqual({ status: 'duplicate', code: 'already_sold' })
    expect(poolOf(told.state)).toMatchObject({ sold: 2, held: 0 })
  })

  test('stays that of its own payment page, so that no other page passes for it', () => {
    const reservations = aState({
      reservations: [aReservation({ quantity: 2, sessionId: 'cs_1' })],
    }).reservations
    const told = tell({ ...both, reservations }, sell(2, library))
    expect(told.state.reservations.get('r1')).toMatchObject({ status: 'sold', sessionId: 'cs_1' })
  })

  test('is sold from free stock where it was given back', () => {
    const told = tell(both, release('r1'), sell(2, library))
    expect(told.outcomes[1]).toMatchObject({ status: 'applied' })
  })

  test('is not sold again where its sale arrived refunded', () => {
    const refunded = {
      ...both,
      payments: aState({ payments: [aPayment({ refundedCents: 7 }), row] }).payments,
    }
    const told = tell(refunded, sell(2, payment, { amountCents: 7 }), sell(2, library))
    expect(told.outcomes).toMatchObject([{ note: 'refunded_before_sale' }, { code: 'already_sold' }])
    expect(poolOf(told.state)).toMatchObject({ sold: 0, held: 0 })
  })

  test('is refused while its payment is on its way, which sells it', () => {
    const told = tell(both, awaitPayment('r1', payment), sell(2, library), sell(2, payment), sell(2, library))
    expect(told.outcomes.slice(1)).toMatchObject([
      { code: 'payment_on_its_way' },
      { status: 'applied' },
      { code: 'already_sold' },
    ])
    expect(poolOf(told.state)).toMatchObject({ sold: 2, held: 0 })
  })

  test('is not sold again where money bought it that named it before anybody here knew it', () => {
    const unknown = aState({ pools: [aPool({ sold: 2 })], payments: [row], competing: [['r1', 'sold']] })
    const told = tell(unknown, sell(2, library))
    expect(told.outcomes).toEqual([{ status: 'duplicate', code: 'already_sold' }])
    expect(poolOf(told.state)).toMatchObject({ sold: 2, held: 0 })
  })

  test('learns what was paid for it, once, and its refunds are then read by that', () => {
    const money = { amountCents: 200_000, currency: 'usd', email: 'ada@example.com' }
    const told = tell(both, sell(2, library), sell(2, library, money), sell(2, library, { amountCents: 7 }))
    expect(told.outcomes.slice(1)).toEqual([
      { status: 'duplicate', code: 'already_sold' },
      { status: 'duplicate', code: 'already_sold' },
    ])
    expect(told.state.payments.get('reservation:r1')).toMatchObject({ seatsSold: 2, ...money })
    expect(told.entries).toHaveLength(1)
  })
})

describe('a sale that arrives refunded', () => {
  const refunded = aState({
    pools: [aPool({ sold: 35 - 2, held: 2 })],
    reservations: [aReservation({ quantity: 2 })],
    payments: [aPayment({ refundedCents: 200_000 })],
  })

  test('in full takes no seat and frees its hold', () => {
    const paid = sell(2, payment, { amountCents: 200_000 })
    const told = tell(refunded, paid, restock(payment), paid)
    expect(told.outcomes).toMatchObject([
      { note: 'refunded_before_sale' },
      { code: 'already_settled' },
      { code: 'already_sold' },
    ])
    const closed = { status: 'released', closedBecause: 'refunded' }
    expect(told.state.reservations.get('r1')).toMatchObject(closed)
    expect(poolOf(told.state)).toMatchObject({ sold: 33, held: 0 })
    expect(told.entries).toEqual([])
    expect(told.state.payments.get('pi_1')).toMatchObject({
      state: 'refunded',
      seatsSold: 2,
      seatsReturned: 2,
    })
  })

  test('in part is sold, and gives that part back', () => {
    const part = {
      ...refunded,
      payments: aState({ payments: [aPayment({ refundedCents: 100_000 })] }).payments,
    }
    const told = tell(part, sell(2, payment, { amountCents: 200_000 }), restock(payment))
    expect(poolOf(told.state)).toMatchObject({ sold: 34, held: 0 })
  })

  test('in part needs no more seats than are still paid for', () => {
    const last = aState({ pools: [aPool({ sold: 34 })], payments: [aPayment({ refundedCents: 100_000 })] })
    const told = tell(last, sell(2, payment, { amountCents: 200_000 }), restock(payment))
    expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: 1 }, { code: 'already_settled' }])
    expect(poolOf(told.state)).toMatchObject({ sold: 35, held: 0 })
    expect(told.entries).toMatchObject([{ operation: 'decrement', quantity: 1 }])
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'sold', seatsSold: 2, seatsReturned: 1 })
  })

  test('in part, of no whole number of tickets, is sold whole: a person has to tell', () => {
    const part = aState({ pools: [aPool()], payments: [aPayment({ refundedCents: 30_000 })] })
    const told = tell(part, sell(2, payment, { amountCents: 200_000 }), restock(payment))
    expect(told.outcomes).toMatchObject([{ quantity: 2 }, { code: 'unclear_refund' }])
    expect(poolOf(told.state)).toMatchObject({ sold: 2 })
  })
})

describe('an exception that an admin resolves', () => {
  const kept = aState({
    pools: [aPool({ sold: 34, held: 1 }), aPool({ cityId: 'atlanta' })],
    reservations: [aReservation({ status: 'awaiting', lapsesAt: null })],
    payments: [aPayment({ state: 'exception', reservationId: 'r1' })],
  })
  const resolve = { resolvesException: true, reach: 'actual' } as const

  test('uses the seats that were kept for it, though only the payment is named', () => {
    const told = tell(kept, sell(1, { id: 'pi_1' }, resolve))
    expect(poolOf(told.state)).toMatchObject({ sold: 35, held: 0 })
  })

  test('assigned to another city, frees what was kept for it', () => {
    const told = tell(kept, sell(2, { id: 'pi_1' }, { ...resolve, cityId: 'atlanta' }))
    expect(poolOf(told.state)).toMatchObject({ sold: 34, held: 0 })
    expect(poolOf(told.state, { cityId: 'atlanta', tier: 'ga' })).toMatchObject({ sold: 2 })
  })

  test('by a refund frees what was kept for it', () => {
    const paidBack = aPayment({
      state: 'exception',
      reservationId: 'r1',
      amountCents: 200_000,
      refundedCents: 200_000,
    })
    const told = tell({ ...kept, payments: new Map([['pi_1', paidBack]]) }, restock({ id: 'pi_1' }))
    expect(told.outcomes).toMatchObject([{ status: 'applied' }])
    expect(poolOf(told.state)).toMatchObject({ sold: 34, held: 0 })
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'refunded' })
    expect(tell(told.state, awaitPayment('r1', payment)).outcomes).toMatchObject([{ code: 'already_closed' }])
  })
})
