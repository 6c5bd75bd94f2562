import { describe, expect, test } from 'vitest'
import {
  awaitPayment,
  expand,
  hold,
  openCity,
  reduce,
  relimit,
  reset,
  restock,
  sell,
  undoReset,
} from '../../support/stories/commands'
import { aPayment, aPool, aReservation, aSale, aState, poolOf, tell } from '../../support/stories/state'

const vip = { cityId: 'dallas', tier: 'vip' } as const

/** 10 of 45 GA are sold, 2 held; 4 of 15 VIP are sold. */
const busy = aState({
  pools: [aPool({ actualLimit: 45, sold: 10, held: 2 }), aPool({ ...vip, publicLimit: 15, sold: 4 })],
  reservations: [aReservation({ quantity: 2 })],
  payments: [
    aSale(10),
    aSale(4, { id: 'pi_2', tier: 'vip' }),
    aPayment({ id: 'pi_3', sessionId: 'cs_3', paymentIntentId: 'pi_3' }),
  ],
})

describe('a reset', () => {
  const { state, outcomes, entries } = tell(busy, reset())

  test('empties both tiers, takes the hidden seats away and begins an epoch', () => {
    expect(outcomes).toMatchObject([{ status: 'applied' }])
    expect(poolOf(state)).toEqual(aPool({ epoch: 1, undoHidden: 10 }))
    expect(poolOf(state, vip)).toEqual(aPool({ ...vip, publicLimit: 15, epoch: 1, undoHidden: 0 }))
  })

  test('keeps in the ledger what was there', () => {
    expect(entries).toMatchObject([
      { tier: 'ga', operation: 'reset', quantity: -10, epoch: 1, before: { sold: 10, actualLimit: 45 } },
      { tier: 'vip', operation: 'reset', quantity: -4, epoch: 1, before: { sold: 4, actualLimit: 15 } },
    ])
  })

  test('closes what was held', () => {
    expect(state.reservations.get('r1')).toMatchObject({ status: 'released', closedBecause: 'reset' })
  })

  test('is refused where another one came first, and so is an undo', () => {
    const seen = { expectedEpoch: 0 }
    const told = tell(busy, { ...reset(), ...seen }, { ...reset(), ...seen }, { ...undoReset(), ...seen })
    expect(told.outcomes).toMatchObject([
      { status: 'applied' },
      { code: 'numbers_moved' },
      { code: 'numbers_moved' },
    ])
    expect(tell(told.state, { ...undoReset(), expectedEpoch: 1 }).outcomes).toMatchObject([
      { status: 'applied' },
    ])
  })

  test('leaves what is sold, and what other cities hold or have sold, as it is', () => {
    const sold = aReservation({ id: 'sold', status: 'sold' })
    const elsewhere = aReservation({ id: 'elsewhere', cityId: 'atlanta' })
    const other = aSale(5, { id: 'pi_9', cityId: 'atlanta' })
    const both = {
      ...busy,
      cities: aState({ cities: { dallas: {}, atlanta: {} } }).cities,
      pools: new Map([...busy.pools, ['atlanta:ga', aPool({ cityId: 'atlanta', sold: 5, held: 1 })]]),
      reservations: new Map([...busy.reservations, ['sold', sold], ['elsewhere', elsewhere]]),
      payments: new Map([...busy.payments, ['pi_9', other]]),
    }
    const told = tell(both, reset(), undoReset())
    expect(told.outcomes).toMatchObject([{ quantity: 14 }, { quantity: 14 }])
    for (const one of [sold, elsewhere]) expect(told.state.reservations.get(one.id)).toEqual(one)
    expect(told.state.payments.get('pi_9')).toEqual(other)
    expect(poolOf(told.state)).toMatchObject({ sold: 10 })
  })

  test('leaves earlier payments sold: they stay duplicates', () => {
    expect(tell(state, sell(10, { id: 'pi_1' })).outcomes).toMatchObject([{ code: 'already_sold' }])
  })

  test('a checkout that is paid all the same sells from free stock', () => {
    const paid = { id: 'pi_3', sessionId: 'cs_3', reservationId: 'r1' }
    expect(poolOf(tell(state, sell(2, paid)).state)).toMatchObject({ sold: 2, held: 0, epoch: 1 })
    expect(poolOf(tell(state, awaitPayment('r1', paid)).state)).toMatchObject({ sold: 0, held: 2 })
  })

  test('refunds of an earlier epoch give no seat back', () => {
    const refunded = { ...state, payments: new Map([['pi_1', aSale(10, { refundedCents: 100_000 })]]) }
    expect(poolOf(tell(refunded, restock({ id: 'pi_1' })).state).sold).toBe(0)
  })

  test('of an unknown city is refused', () => {
    expect(tell(busy, reset('atlantis')).outcomes).toMatchObject([{ code: 'unknown_city' }])
  })
})

describe('undoing a reset', () => {
  test('brings back the sales and the hidden seats, not the holds', () => {
    const { state, entries } = tell(busy, reset(), undoReset())
    expect(poolOf(state)).toEqual(aPool({ actualLimit: 45, sold: 10, epoch: 1 }))
    expect(poolOf(state, vip)).toMatchObject({ sold: 4, actualLimit: 15 })
    expect(entries.slice(2)).toMatchObject([
      { tier: 'ga', operation: 'undo', quantity: 10, after: { sold: 10, actualLimit: 45 } },
      { tier: 'vip', operation: 'undo', quantity: 4 },
    ])
  })

  test('adds what was sold and changed since', () => {
    const told = tell(busy, reset(), sell(3, { id: 'pi_3' }), expand(5), reduce(38), undoReset())
    expect(poolOf(told.state)).toMatchObject({ sold: 13, actualLimit: 48, publicLimit: 35 })
    expect(told.entries.filter(({ operation }) => operation === 'undo')).toMatchObject([
      { tier: 'ga', quantity: 10, before: { sold: 3 }, after: { sold: 13 } },
      { tier: 'vip', quantity: 4 },
    ])
  })

  test('keeps a public limit that was changed since', () => {
    const { state } = tell(busy, reset(), relimit(40), undoReset())
    expect(poolOf(state)).toMatchObject({ publicLimit: 40, actualLimit: 50, sold: 10 })
  })

  test('counts seats that were returned in between', () => {
    const after = tell(busy, reset()).state
    const payments = new Map([...after.payments, ['pi_1', aSale(10, { refundedCents: 300_000 })]])
    const { state } = tell({ ...after, payments }, restock({ id: 'pi_1' }), undoReset())
    expect(poolOf(state)).toMatchObject({ sold: 7 })
  })

  test('from then on refunds of those sales give seats back', () => {
    const undone = tell(busy, reset(), undoReset()).state
    const sale = undone.payments.get('pi_1') ?? aSale(10)
    const refunded = { ...undone, payments: new Map([['pi_1', { ...sale, refundedCents: 200_000 }]]) }
    expect(poolOf(tell(refunded, restock({ id: 'pi_1' })).state)).toMatchObject({ sold: 8, epoch: 1 })
  })

  test('is refused, with the numbers, where too many seats were taken since', () => {
    const full = aState({
      pools: [aPool({ actualLimit: 45, sold: 12 })],
      payments: [aSale(12), aPayment({ id: 'pi_3', sessionId: 'cs_3', paymentIntentId: 'pi_3' })],
    })
    const told = tell(full, reset(), sell(30, { id: 'pi_3' }), hold(4), undoReset(), expand(1), undoReset())
    expect(told.outcomes[3]).toMatchObject({
      code: 'below_taken',
      message: 'GA would have 42 sold and 4 held of 45; expand it first',
    })
    expect(told.outcomes[5]).toMatchObject({ status: 'applied' })
    expect(poolOf(told.state)).toMatchObject({ sold: 42, held: 4, actualLimit: 46 })
  })

  test('works once', () => {
    expect(tell(busy, reset(), undoReset(), undoReset()).outcomes[2]).toMatchObject({
      code: 'nothing_to_undo',
    })
    expect(tell(busy, undoReset()).outcomes).toMatchObject([{ code: 'nothing_to_undo' }])
    expect(tell(busy, undoReset('atlantis')).outcomes).toMatchObject([{ code: 'unknown_city' }])
  })

  test('undoes the latest reset alone', () => {
    const { state, outcomes } = tell(
      busy,
      reset(),
      sell(3, { id: 'pi_3' }),
      reset(),
      undoReset(),
      undoReset(),
    )
    expect(outcomes[4]).toMatchObject({ code: 'nothing_to_undo' })
    expect(poolOf(state)).toMatchObject({ sold: 3, actualLimit: 35, epoch: 2 })
  })

  test('after a reset of what an undo had brought back, brings it back again', () => {
    const { state } = tell(busy, reset(), sell(3, { id: 'pi_3' }), undoReset(), reset(), undoReset())
    expect(poolOf(state)).toMatchObject({ sold: 13, actualLimit: 45, epoch: 2 })
  })

  test('leaves a tier alone that was opened since', () => {
    const gaOnly = aState({ pools: [aPool({ sold: 10 })], payments: [aSale(10)] })
    const { state } = tell(gaOnly, reset(), openCity(15, { tier: 'vip' }), undoReset())
    expect(poolOf(state)).toMatchObject({ sold: 10 })
    expect(poolOf(state, vip)).toMatchObject({ sold: 0, actualLimit: 15, epoch: 0 })
  })
})

test('an archived city is not reset, and no reset of it is undone', () => {
  const archived = { ...busy, cities: aState({ cities: { dallas: { archived: true } } }).cities }
  const told = tell(archived, reset(), undoReset())
  expect(told.outcomes).toMatchObject([{ code: 'archived' }, { code: 'archived' }])
  expect(told.entries).toEqual([])
  expect(poolOf(told.state)).toEqual(poolOf(busy))
})
