import { describe, expect, test } from 'vitest'
import { restock } from '../../support/stories/commands'
import { refunded } from '../../support/stories/refunded'
import { aPayment, aState, poolOf, tell } from '../../support/stories/state'

const payment = { id: 'pi_1' }

describe('a lost dispute whose seats are given back', () => {
  const giveBack = (cents: number, expectedBack?: number) => ({
    ...restock(payment),
    lost: { cents, expectedBack },
  })

  test('gives back what a refund of its money would, with a row of the ledger', () => {
    const told = tell(refunded(0), giveBack(100_000, 1))
    expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: 1 }])
    expect(poolOf(told.state).sold).toBe(2)
    expect(told.state.payments.get('pi_1')).toMatchObject({
      state: 'sold',
      lostCents: 100_000,
      seatsReturned: 1,
    })
    expect(told.entries).toMatchObject([{ operation: 'restock', quantity: -1 }])
  })

  test('counts beside the refunds from then on: no seat comes back twice, and none that was not sold', () => {
    const { state } = tell(refunded(0), giveBack(300_000), restock(payment))
    const lost = state.payments.get('pi_1') ?? aPayment()
    const refundedToo = { ...state, payments: new Map([['pi_1', { ...lost, refundedCents: 300_000 }]]) }
    const told = tell(refundedToo, restock(payment))
    expect(told.outcomes).toMatchObject([{ code: 'already_settled' }])
    expect(poolOf(told.state).sold).toBe(0)
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'refunded', seatsReturned: 3 })
  })

  test('adds to what was refunded: a part of one ticket and the rest of it are one seat', () => {
    const told = tell(refunded(15_000), giveBack(85_000, 1), restock(payment))
    expect(told.outcomes).toMatchObject([{ status: 'applied', quantity: 1 }, { code: 'already_settled' }])
  })

  test('of seats that a refund had given back is remembered, should that refund fail', () => {
    const told = tell(refunded(300_000, { seatsReturned: 3, state: 'refunded' }), giveBack(300_000, 3))
    expect(told.outcomes).toMatchObject([{ code: 'already_settled' }])
    const lost = told.state.payments.get('pi_1') ?? aPayment()
    const failed = { ...told.state, payments: new Map([['pi_1', { ...lost, refundedCents: 0 }]]) }
    expect(tell(failed, restock(payment)).outcomes).toMatchObject([{ code: 'already_settled' }])
  })

  test('beside a refund that failed takes none of the seats that are owed, and lowers their number', () => {
    const owed = refunded(0, { seatsReturned: 3, state: 'refunded' }, { sold: 0 })
    const told = tell(owed, giveBack(100_000, 0))
    expect(told.outcomes).toMatchObject([{ status: 'duplicate', code: 'seats_owed' }])
    expect([poolOf(told.state).sold, told.entries]).toEqual([0, []])
    const noted = told.state.payments.get('pi_1') ?? aPayment()
    expect(noted).toMatchObject({ lostCents: 100_000, seatsReturned: 3 })
    expect(poolOf(tell(told.state, restock(payment)).state).sold).toBe(2)
    const refundedToo = { ...told.state, payments: new Map([['pi_1', { ...noted, refundedCents: 200_000 }]]) }
    expect(tell(refundedToo, restock(payment)).outcomes).toMatchObject([{ code: 'already_settled' }])
    expect(tell(owed, giveBack(100_000, 1)).outcomes).toMatchObject([{ code: 'numbers_moved' }])
  })

  test.each([
    ['unclear_refund', 15_000, undefined],
    ['numbers_moved', 200_000, 1],
  ])('is refused, and then not remembered: %s', (code, cents, expectedBack) => {
    const told = tell(refunded(0), giveBack(cents, expectedBack))
    expect(told.outcomes).toMatchObject([{ status: 'rejected', code }])
    expect([poolOf(told.state).sold, told.state.payments.get('pi_1')?.lostCents]).toEqual([3, 0])
  })

  describe('for as many seats as an admin says', () => {
    const giveSeats = (seats: number) => ({ ...restock(payment), lost: { cents: 299_412, seats } })
    const after = (cents: number, seats: number, given = {}) => tell(refunded(cents, given), giveSeats(seats))

    test.each([
      ['all of them', 0, 3, 300_000],
      ['one', 0, 1, 100_000],
      ['one, of which a part was refunded before', 15_000, 1, 85_000],
      ['one, though more was refunded than it cost', 150_000, 1, 0],
    ])('%s: what of their share is not back counts as lost', (_, cents, seats, lost) => {
      const { state, outcomes, entries } = after(cents, seats)
      expect(outcomes).toMatchObject([{ status: 'applied', quantity: seats }])
      expect(poolOf(state).sold).toBe(3 - seats)
      expect(state.payments.get('pi_1')).toMatchObject({ lostCents: lost, seatsReturned: seats })
      expect(entries).toMatchObject([{ operation: 'restock', quantity: -seats }])
    })

    test('no later news takes them again, where their share is no whole number of cents either', () => {
      for (const amountCents of [300_000, 250_000]) {
        const { state } = after(0, 1, { amountCents })
        const later = tell(state, restock(payment))
        expect(later.outcomes[0]?.status).not.toBe('applied')
        expect(poolOf(later.state).sold).toBe(2)
      }
    })

    test('beside a refund that failed it lowers what is owed, and a seat comes back for the rest alone', () => {
      const owed = { seatsReturned: 1 }
      expect(after(0, 1, owed).state.payments.get('pi_1')).toMatchObject({
        lostCents: 100_000,
        seatsReturned: 1,
      })
      expect(after(0, 2, owed).outcomes).toMatchObject([{ status: 'applied', quantity: 1 }])
    })

    test('beside a refund that was paid it is one more', () => {
      const { state, outcomes } = after(100_000, 1, { seatsReturned: 1 })
      expect(outcomes).toMatchObject([{ status: 'applied', quantity: 1 }])
      expect(state.payments.get('pi_1')).toMatchObject({ lostCents: 100_000, seatsReturned: 2 })
    })

    test.each([0, -1, 1.5, 4, Number.NaN])('not for %s of three', (seats) => {
      const { state, outcomes } = after(0, seats)
      expect(outcomes).toMatchObject([{ code: 'invalid_quantity' }])
      expect(poolOf(state).sold).toBe(3)
    })

    test('nor for more than are left', () => {
      expect(after(100_000, 3, { seatsReturned: 1 }).outcomes).toMatchObject([{ code: 'invalid_quantity' }])
    })

    test('nor where nobody knows what was paid', () => {
      expect(after(0, 1, { amountCents: null }).outcomes).toMatchObject([{ code: 'unclear_refund' }])
    })
  })

  describe('after a part of the price was kept of a refund', () => {
    test.each([
      ['the part that was kept', 85_000, 15_000, 1, 15_000, 1, 15_000],
      ['another ticket', 85_000, 15_000, 1, 100_000, 2, 115_000],
      ['all the rest', 85_000, 15_000, 1, 215_000, 3, 215_000],
      ['what that refund was made whole with', 15_000, 185_000, 2, 185_000, 2, 185_000],
      ['two tickets of three', 15_000, 285_000, 3, 200_000, 3, 285_000],
    ])('%s', (_, cents, keptCents, seatsReturned, taken, seats, lostCents) => {
      const kept = { keptCents, lostCents: keptCents, seatsReturned }
      const { state } = tell(refunded(cents, kept, { sold: 3 - seatsReturned }), giveBack(taken))
      expect(state.payments.get('pi_1')).toMatchObject({ seatsReturned: seats, lostCents })
      expect(poolOf(state).sold).toBe(3 - seats)
    })

    test('seats that an admin names count beside those that really came back', () => {
      const failed = { keptCents: 110_000, lostCents: 110_000, seatsReturned: 0 }
      const { state } = tell(refunded(50_000, failed), { ...restock(payment), lost: { cents: 0, seats: 1 } })
      expect(state.payments.get('pi_1')).toMatchObject({ seatsReturned: 1, lostCents: 50_000 })
    })
  })

  test('of an earlier epoch is recorded and gives no seat back', () => {
    const told = tell(refunded(0, {}, { epoch: 1, sold: 5 }), giveBack(300_000, 3))
    expect(told.outcomes).toMatchObject([{ status: 'applied', note: 'earlier_epoch' }])
    expect(poolOf(told.state).sold).toBe(5)
    expect(told.state.payments.get('pi_1')).toMatchObject({ seatsReturned: 3, lostCents: 300_000 })
    expect(told.entries).toEqual([])
  })

  test('of a payment without a seat gives nothing back', () => {
    const state = aState({ payments: [aPayment({ state: 'exception', amountCents: 100_000 })] })
    const told = tell(state, giveBack(100_000))
    expect(told.outcomes).toMatchObject([{ code: 'not_yet_sold' }])
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'exception', lostCents: 0 })
  })
})
