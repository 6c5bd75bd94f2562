import { describe, expect, test } from 'vitest'
import type { Reservation } from '@/lib/inventory/model'
import { restock, sell } from '../../support/stories/commands'
import { refunded } from '../../support/stories/refunded'
import { aPayment, aPool, aReservation, aSale, aState, poolOf, tell } from '../../support/stories/state'

const payment = { id: 'pi_1' }

describe('a sale without money of its own that is taken back', () => {
  const takeBack = (expectedBack?: number) => ({ ...restock(payment), unpaid: { expectedBack } })

  test('gives all its seats back, with a row of the ledger, and is no sale any more', () => {
    const told = tell(refunded(0), takeBack(3), restock(payment))
    expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: 3 }, { code: 'not_yet_sold' }])
    expect(poolOf(told.state).sold).toBe(0)
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'failed', seatsSold: 0, seatsReturned: 0 })
    expect(told.entries).toMatchObject([{ operation: 'restock', quantity: -3, payment: { id: 'pi_1' } }])
  })

  test('gives back what is left of them, whatever was refunded, and nothing to its refunds', () => {
    const told = tell(refunded(100_000, { seatsReturned: 1 }, { sold: 2 }), takeBack(2))
    expect(poolOf(told.state).sold).toBe(0)
    const sale = told.state.payments.get('pi_1') ?? aPayment()
    const all = { ...told.state, payments: new Map([['pi_1', { ...sale, refundedCents: 300_000 }]]) }
    expect(tell(all, restock(payment)).outcomes).toMatchObject([{ code: 'not_yet_sold' }])
  })

  test('is sold again where its money comes after all', () => {
    const told = tell(refunded(0), takeBack(3), sell(3, payment, { amountCents: 300_000 }))
    expect(told.outcomes).toMatchObject([{ status: 'applied' }, { status: 'applied', quantity: 3 }])
    expect(poolOf(told.state).sold).toBe(3)
  })

  test('is refused where the admin saw another number of seats', () => {
    const told = tell(refunded(0), takeBack(2))
    expect(told.outcomes).toMatchObject([{ code: 'numbers_moved' }])
    expect(poolOf(told.state).sold).toBe(3)
  })

  test('that has no seat left is one all the same, and nothing changes', () => {
    const told = tell(refunded(300_000, { seatsReturned: 3, state: 'refunded' }, { sold: 0 }), takeBack())
    expect(told.outcomes).toMatchObject([{ code: 'already_settled' }])
    expect([told.entries, told.state.payments.get('pi_1')?.seatsSold]).toEqual([[], 3])
  })

  test('of an earlier epoch gives no seat back', () => {
    const told = tell(refunded(0, {}, { epoch: 1, sold: 5 }), takeBack(3))
    expect(told.outcomes).toMatchObject([{ status: 'applied', note: 'earlier_epoch' }])
    expect([poolOf(told.state).sold, told.entries]).toEqual([5, []])
  })
})

describe('a sale that is taken back', () => {
  const taken = { ...restock(payment), unpaid: {} }
  const soldTo = (hold: Partial<Reservation>) =>
    aState({
      pools: [aPool({ sold: 3 })],
      reservations: [
        aReservation({ quantity: 3, status: 'sold', sessionId: 'cs_1', sessionOutcome: 'paid', ...hold }),
      ],
      payments: [aSale(3, { reservationId: 'r1' })],
    })

  test('is one of its reservation no more: that can be sold again, by its name alone', () => {
    const { state, outcomes } = tell(soldTo({}), taken)
    expect(outcomes).toMatchObject([{ status: 'applied', quantity: 3 }])
    expect(poolOf(state)).toMatchObject({ sold: 0, held: 0 })
    expect(state.reservations.get('r1')).toMatchObject({ status: 'released', sessionOutcome: null })
    const name = { id: 'reservation:r1', reservationId: 'r1' }
    const other = aPayment({ ...name, sessionId: null, paymentIntentId: null })
    const payments = new Map([...state.payments, [other.id, other]])
    const again = tell({ ...state, payments }, sell(3, name))
    expect(again.outcomes).toMatchObject([{ status: 'applied', quantity: 3 }])
    expect(poolOf(again.state)).toMatchObject({ sold: 3, held: 0 })
  })

  test('of before a reset is none of its reservation either', () => {
    const before = soldTo({})
    const { state } = tell({ ...before, pools: aState({ pools: [aPool({ epoch: 1 })] }).pools }, taken)
    expect(state.reservations.get('r1')).toMatchObject({ status: 'released', sessionOutcome: null })
  })

  test.each([
    ['the sale', null, 'cs_1'],
    ['the reservation', 'cs_1', null],
  ])('is one of its reservation no more where %s has no session', (_, sale, reservation) => {
    const state = soldTo({ sessionId: reservation })
    const payments = new Map([['pi_1', aSale(3, { reservationId: 'r1', sessionId: sale })]])
    const told = tell({ ...state, payments }, taken)
    expect(told.state.reservations.get('r1')).toMatchObject({ status: 'released', sessionOutcome: null })
  })

  test('leaves a reservation alone that was sold to another session', () => {
    const { state } = tell(soldTo({ sessionId: 'cs_2' }), taken)
    expect(poolOf(state)).toMatchObject({ sold: 0 })
    expect(state.reservations.get('r1')).toMatchObject({ status: 'sold', sessionOutcome: 'paid' })
  })
})
