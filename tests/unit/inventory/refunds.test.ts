import { describe, expect, test } from 'vitest'
import { centsForSeats, seatsDueBack, withKeptLeft } from '@/lib/inventory/decide/seats-for-money'
import { restock, sell } from '../../support/stories/commands'
import { refunded } from '../../support/stories/refunded'
import { aPayment, aPool, aReservation, aSale, aState, poolOf, tell } from '../../support/stories/state'

const payment = { id: 'pi_1' }

describe('C18: three GA at 1,000 USD', () => {
  test.each([
    [0, 0],
    [100_000, 1],
    [200_000, 2],
    [300_000, 3],
    [300_001, 3],
    [15_000, null],
    [299_999, null],
  ])('refunded %i cents: %s seats are due back', (cents, seats) => {
    expect(seatsDueBack(aSale(3, { refundedCents: cents }))).toBe(seats)
  })

  test('a discounted order gives back its share: 1,500 USD for two', () => {
    const discounted = { amountCents: 150_000 }
    expect(seatsDueBack(aSale(2, { ...discounted, refundedCents: 75_000 }))).toBe(1)
    expect(seatsDueBack(aSale(2, { ...discounted, refundedCents: 100_000 }))).toBeNull()
  })

  test('nobody can tell what a refund of a sale without a price means', () => {
    expect(seatsDueBack(aSale(2, { amountCents: null, refundedCents: 1 }))).toBeNull()
    expect(seatsDueBack(aSale(2, { amountCents: null }))).toBe(0)
  })

  test('a sale without a price gives back by what its charge came to, and remembers that', () => {
    const charged = { cents: 300_000, currency: 'usd' }
    const unpriced = (cents: number) => refunded(cents, { amountCents: null, currency: null })
    const told = tell(unpriced(100_000), { ...restock(payment), charged })
    expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: 1 }])
    expect(told.state.payments.get('pi_1')).toMatchObject({ amountCents: 300_000, currency: 'usd' })
    const all = tell(unpriced(300_000), { ...restock(payment), charged })
    expect(all.state.payments.get('pi_1')).toMatchObject({ state: 'refunded', seatsReturned: 3 })
    // What was known before is what counts.
    const known = tell(refunded(100_000), {
      ...restock(payment),
      charged: { cents: 600_000, currency: 'eur' },
    })
    expect(known.outcomes).toMatchObject([{ status: 'applied', quantity: 1 }])
    expect(known.state.payments.get('pi_1')).toMatchObject({ amountCents: 300_000, currency: 'usd' })
  })

  test('one seat back, once, however often it is said', () => {
    const told = tell(refunded(100_000), restock(payment), restock(payment), restock(payment))
    expect(told.outcomes.map((outcome) => outcome.status)).toEqual(['applied', 'duplicate', 'duplicate'])
    expect(poolOf(told.state).sold).toBe(2)
    expect(told.entries).toMatchObject([
      {
        operation: 'restock',
        quantity: -1,
        before: { sold: 3 },
        after: { sold: 2 },
        payment: { id: 'pi_1' },
      },
    ])
  })

  test('15,000 cents are no seat; 85,000 more are one in all', () => {
    const unclear = tell(refunded(15_000), restock(payment))
    expect(unclear.outcomes).toMatchObject([{ code: 'unclear_refund' }])
    expect(poolOf(unclear.state).sold).toBe(3)
    expect(poolOf(tell(refunded(100_000), restock(payment)).state).sold).toBe(2)
  })

  test('all of it: the payment is refunded', () => {
    const { state } = tell(refunded(300_000), restock(payment))
    expect(poolOf(state).sold).toBe(0)
    expect(state.payments.get('pi_1')).toMatchObject({ state: 'refunded', seatsReturned: 3 })
  })
})

describe('a sale that got another number of seats than were paid for', () => {
  const given = (seats: number, seatsPaid: number, more: Parameters<typeof aSale>[1] = {}) =>
    aSale(seats, { seatsPaid, amountCents: seatsPaid * 100_000, ...more })

  test.each([
    ['two of four, and nothing', 2, 4, 0, 0],
    ['two of four, and one that it never got', 2, 4, 100_000, 0],
    ['two of four, and both that it never got', 2, 4, 200_000, 0],
    ['two of four, and one more', 2, 4, 300_000, 1],
    ['two of four, and all', 2, 4, 400_000, 2],
    ['two of four, and no whole number', 2, 4, 250_000, null],
    ['two of three, and the third', 2, 3, 100_000, 0],
    ['four for two, and one', 4, 2, 100_000, 1],
    ['four for two, and all', 4, 2, 200_000, 4],
  ])('%s refunded', (_, seats, seatsPaid, refundedCents, due) => {
    expect(seatsDueBack(given(seats, seatsPaid, { refundedCents }))).toBe(due)
  })

  test('keeps them when what it never got is refunded, before or after, and loses none by a dispute about that', () => {
    const state = (refundedCents: number) =>
      aState({ pools: [aPool({ sold: 2 })], payments: [given(2, 4, { refundedCents })] })
    for (const told of [
      tell(state(200_000), restock(payment)),
      tell(state(0), { ...restock(payment), lost: { cents: 200_000, expectedBack: 0 } }),
    ]) {
      expect(told.outcomes).toMatchObject([{ status: 'duplicate', code: 'already_settled' }])
      expect(poolOf(told.state).sold).toBe(2)
    }
  })

  test('is sold with what was paid for, where that is not what it gets', () => {
    const sold = (quantity: number) =>
      tell(
        aState({
          payments: [aPayment({ state: 'exception', amountCents: 400_000, refundedCents: 200_000 })],
        }),
        { ...sell(quantity, payment), resolvesException: true, seatsPaid: 4 },
        restock(payment),
      )
    const two = sold(2)
    expect(two.state.payments.get('pi_1')).toMatchObject({ seatsSold: 2, seatsPaid: 4, seatsReturned: 0 })
    expect(poolOf(two.state).sold).toBe(2)
    const four = sold(4)
    expect(four.state.payments.get('pi_1')).toMatchObject({ seatsSold: 4, seatsPaid: null, seatsReturned: 2 })
    expect(poolOf(four.state).sold).toBe(2)
  })

  test('loses as many as an admin says, and no later news takes another', () => {
    for (const [seats, seatsPaid] of [
      [2, 4],
      [4, 2],
      [3, 4],
    ] as const) {
      for (let lost = 1; lost <= seats; lost++) {
        const state = aState({ pools: [aPool({ sold: seats })], payments: [given(seats, seatsPaid)] })
        const told = tell(state, { ...restock(payment), lost: { cents: 99, seats: lost } })
        expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: lost }])
        const later = tell(told.state, restock(payment))
        expect(later.outcomes[0]?.status).not.toBe('applied')
        expect(poolOf(later.state).sold).toBe(seats - lost)
      }
    }
  })

  test('so much money is the least that gives so many back', () => {
    for (let seatsPaid = 1; seatsPaid <= 5; seatsPaid++)
      for (let seats = 1; seats <= 5; seats++)
        for (let back = 1; back <= seats; back++) {
          const sale = given(seats, seatsPaid)
          const cents = centsForSeats(sale, back)
          const due = (refundedCents: number) => seatsDueBack({ ...sale, refundedCents })
          expect(due(cents - 1) ?? 0).toBeLessThan(back)
          // More seats than were paid for: no share of the money says how many of the others it is.
          expect(due(cents)).toBe(back === seats || back < seatsPaid ? back : null)
        }
  })

  test('owes what a failed refund had given back: a lost seat counts against that first', () => {
    const owed = given(2, 4, { seatsReturned: 1 })
    const told = tell(aState({ pools: [aPool({ sold: 1 })], payments: [owed] }), {
      ...restock(payment),
      lost: { cents: 99, seats: 1 },
    })
    expect(told.outcomes).toMatchObject([{ code: 'already_settled' }])
    expect(told.state.payments.get('pi_1')).toMatchObject({ lostCents: 300_000, seatsReturned: 1 })
  })

  test('is taken back without a trace of that', () => {
    const state = aState({ pools: [aPool({ sold: 2 })], payments: [given(2, 4)] })
    const told = tell(state, { ...restock(payment), unpaid: {} })
    expect(told.state.payments.get('pi_1')).toMatchObject({ seatsSold: 0, seatsPaid: null })
  })
})

describe('a refund that failed', () => {
  const returned = { seatsReturned: 3, state: 'refunded' } as const

  test('takes its seats again', () => {
    const { state, entries } = tell(refunded(100_000, returned, { sold: 0 }), restock(payment))
    expect(poolOf(state).sold).toBe(2)
    expect(state.payments.get('pi_1')).toMatchObject({ state: 'sold', seatsReturned: 1 })
    expect(entries).toMatchObject([{ operation: 'decrement', quantity: 2 }])
  })

  test('takes hidden seats too, since the customer has paid', () => {
    const full = { publicLimit: 35, actualLimit: 38, sold: 35, hiddenSale: 'private' } as const
    expect(poolOf(tell(refunded(0, returned, full), restock(payment)).state).sold).toBe(38)
  })

  test('takes the very last seat', () => {
    expect(poolOf(tell(refunded(200_000, returned, { sold: 34 }), restock(payment)).state).sold).toBe(35)
  })

  test('is refused where the seats are gone, and stays so until it is refunded again', () => {
    const gone = refunded(0, returned, { sold: 34 })
    const told = tell(gone, restock(payment))
    expect(told.outcomes).toMatchObject([{ code: 'insufficient_stock', available: 1 }])
    expect(poolOf(told.state).sold).toBe(34)
    expect(tell(refunded(300_000, returned), restock(payment)).outcomes).toMatchObject([
      { code: 'already_settled' },
    ])
  })

  test('of a payment that had no seat is never forgotten', () => {
    const state = aState({ payments: [aPayment({ state: 'refunded', amountCents: 100_000 })] })
    expect(tell(state, restock(payment)).outcomes).toMatchObject([{ code: 'refund_failed' }])
  })
})

test('a refund that failed owes its seats, whatever the rest of the refunds was for', () => {
  const told = tell(refunded(15_000, { seatsReturned: 1 }, { sold: 2 }), restock(payment))
  expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: -1, note: 'unclear_refund' }])
  expect(poolOf(told.state).sold).toBe(3)
  expect(tell(told.state, restock(payment)).outcomes).toMatchObject([{ code: 'unclear_refund' }])
  const full = { sold: 2, held: 33 }
  expect(tell(refunded(15_000, { seatsReturned: 1 }, full), restock(payment)).outcomes).toMatchObject([
    { code: 'insufficient_stock' },
  ])
  const unpriced = refunded(15_000, { seatsReturned: 1, amountCents: null })
  expect(tell(unpriced, restock(payment)).outcomes).toMatchObject([{ code: 'unclear_refund' }])
})

describe('15,000 cents of a ticket were kept, and one seat came back for the 85,000', () => {
  const kept = { seatsReturned: 1, lostCents: 15_000, keptCents: 15_000 }

  test.each([
    ['all of it failed', 0, 0],
    ['nothing else', 85_000, 1],
    ['the rest of the ticket, too', 100_000, 1],
    ['another ticket', 185_000, 2],
    ['the rest and another ticket', 200_000, 2],
    ['the rest of all', 300_000, 3],
  ])('%s was refunded: %i cents are for %i seats', (_, cents, seats) => {
    const { state } = tell(refunded(cents, kept, { sold: 2 }), restock(payment), restock(payment))
    expect(poolOf(state).sold).toBe(3 - seats)
    // A refund may fail yet, or be made again.
    expect(state.payments.get('pi_1')).toMatchObject({ seatsReturned: seats, lostCents: 15_000 })
  })

  test('nothing is kept once that failed, and another refund is for a person', () => {
    const shown = (refundedCents: number, seatsReturned: number) =>
      withKeptLeft(aSale(3, { ...kept, refundedCents, seatsReturned })).lostCents
    expect([shown(0, 0), shown(50_000, 0), shown(85_000, 0)]).toEqual([0, 0, 15_000])
    expect([shown(85_000, 1), shown(95_000, 1)]).toEqual([15_000, 15_000])
  })

  test('anything else is for a person', () => {
    for (const cents of [95_000, 170_000])
      expect(tell(refunded(cents, kept), restock(payment)).outcomes).toMatchObject([
        { code: 'unclear_refund' },
      ])
  })
})

describe('a refund of a payment without a sale', () => {
  test('waits for the sale', () => {
    const state = aState({ payments: [aPayment({ refundedCents: 100_000 })] })
    expect(tell(state, restock(payment)).outcomes).toMatchObject([{ code: 'not_yet_sold' }])
  })

  test('closes its exception only when all of it is back', () => {
    const waiting = (cents: number) =>
      aState({ payments: [aPayment({ state: 'exception', amountCents: 200_000, refundedCents: cents })] })
    expect(tell(waiting(199_999), restock(payment)).outcomes).toMatchObject([{ code: 'not_yet_sold' }])
    const told = tell(waiting(200_000), restock(payment))
    expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: 0 }])
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'refunded' })
    expect(tell(told.state, restock(payment)).outcomes).toMatchObject([{ code: 'already_settled' }])
  })

  test('frees no seat where what was kept for it has lapsed', () => {
    const lapsed = aState({
      pools: [aPool({ held: 5 })],
      reservations: [aReservation({ quantity: 2, status: 'lapsed' })],
      payments: [aPayment({ reservationId: 'r1', state: 'exception', amountCents: 7, refundedCents: 7 })],
    })
    const { state, outcomes } = tell(lapsed, restock(payment))
    expect(outcomes).toMatchObject([{ status: 'applied' }])
    expect(poolOf(state).held).toBe(5)
  })

  test('ends a payment that was dismissed, too, once all of it is back', () => {
    const closed = (cents: number) =>
      aState({ payments: [aPayment({ state: 'dismissed', amountCents: 200_000, refundedCents: cents })] })
    expect(tell(closed(199_999), restock(payment)).outcomes).toMatchObject([{ code: 'not_yet_sold' }])
    const told = tell(closed(200_000), restock(payment))
    expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: 0 }])
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'refunded' })
  })

  test('that nobody knows is refused', () => {
    expect(tell(aState(), restock(payment)).outcomes).toMatchObject([{ code: 'unknown_payment' }])
  })
})

test('a refund of an earlier epoch is recorded and gives no seat back', () => {
  const told = tell(refunded(100_000, {}, { epoch: 1, sold: 5 }), restock(payment))
  expect(told.outcomes).toMatchObject([{ status: 'applied', note: 'earlier_epoch' }])
  expect(poolOf(told.state).sold).toBe(5)
  expect(told.state.payments.get('pi_1')).toMatchObject({ seatsReturned: 1 })
  expect(told.entries).toEqual([])
})
