import { describe, expect, test } from 'vitest'
import { fold } from '@/lib/inventory/fold'
import { expand, hold, release, sell } from '../../support/stories/commands'
import { aPayment, aPool, aReservation, aState, poolOf, tellGroups } from '../../support/stories/state'

const three = aState({ pools: [aPool({ sold: 32 })] })

describe('C03: the same stock named twice in one group', () => {
  test('2 and 2 of three: the whole group is refused, with the 3 that it found', () => {
    const { state, outcomes } = tellGroups(three, [[hold(2), hold(2, { reservationId: 'r2' })]])
    expect(outcomes).toMatchObject([
      { code: 'group_rejected' },
      {
        code: 'insufficient_stock',
        available: 3,
        publicAvailable: 3,
        message: 'Insufficient inventory. Available: 3, Requested: 4',
      },
    ])
    expect(poolOf(state)).toMatchObject({ sold: 32, held: 0 })
    expect(state.reservations.size).toBe(0)
  })

  test('1 and 2 of three: accepted as 3', () => {
    const { state, outcomes } = tellGroups(three, [[hold(1), hold(2, { reservationId: 'r2' })]])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['applied', 'applied'])
    expect(poolOf(state).held).toBe(3)
  })
})

describe('groups', () => {
  test('do not touch each other’s fate', () => {
    const { state, outcomes } = tellGroups(three, [
      [hold(4)],
      [hold(2, { reservationId: 'r2' })],
      [expand(1), hold(3, { reservationId: 'r3' })],
      [hold(1, { reservationId: 'r4' })],
    ])
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'rejected',
      'applied',
      'rejected',
      'rejected',
      'applied',
    ])
    expect(poolOf(state)).toMatchObject({ held: 3, actualLimit: 35 })
  })

  test('leave nothing of what they took back to the next one, and write none of it', () => {
    const { outcomes, ...written } = fold(three, [[hold(2), hold(9, { reservationId: 'r2' })], [hold(3)]])
    expect(outcomes[1]).toMatchObject([{ status: 'applied', quantity: 3 }])
    expect([...written.reservations.keys()]).toEqual(['r1'])
    expect(fold(three, [[hold(2), hold(9, { reservationId: 'r2' })]])).toMatchObject({
      pools: new Map(),
      reservations: new Map(),
    })
  })

  test('tell why they were refused where it was not for want of seats', () => {
    const buyer = { email: 'a@example.com' }
    const limited = { ...three, limits: { perEmail: 2 } }
    const { outcomes } = tellGroups(limited, [[hold(1, buyer), hold(2, { ...buyer, reservationId: 'r2' })]])
    expect(outcomes[1]).toMatchObject({ code: 'hold_limit', available: 1 })
  })

  test('leave no ledger row of what they took back', () => {
    const state = aState({ payments: [aPayment()] })
    const { entries, state: after } = tellGroups(state, [[sell(1, { id: 'pi_1' }), expand(1), hold(99)]])
    expect(entries).toEqual([])
    expect(after.payments.get('pi_1')).toMatchObject({ state: 'new' })
  })

  test('leave the state that they looked at as it was', () => {
    const state = aState({ payments: [aPayment()] })
    const before = structuredClone(state)
    tellGroups(state, [[sell(1, { id: 'pi_1' })], [hold(1)], [expand(3)]])
    expect(state).toEqual(before)
  })
})

describe('changing one’s mind', () => {
  const old = aReservation({ quantity: 2, visitorHash: 'v', email: 'a@example.com' })
  const state = aState({
    pools: [aPool({ sold: 32, held: 2 })],
    reservations: [old],
    limits: { perEmail: 4 },
  })
  const buyer = { visitorHash: 'v', email: 'a@example.com' }
  const extra = hold(1, { ...buyer, reservationId: 'extra', extends: 'r1' })
  const release1 = release('r1', { cause: 'changed' })
  const releaseExtra = release('extra', { cause: 'changed' })

  test('to more: the difference is held, then all of it in one step', () => {
    const told = tellGroups(state, [
      [extra],
      [release1, releaseExtra, hold(3, { ...buyer, reservationId: 'r2' })],
    ])
    expect(told.outcomes.map((outcome) => outcome.status)).toEqual([
      'applied',
      'applied',
      'applied',
      'applied',
    ])
    expect(poolOf(told.state).held).toBe(3)
  })

  test('to more than there is: the old hold stays', () => {
    const told = tellGroups(state, [[hold(2, { ...buyer, reservationId: 'extra', extends: 'r1' })]])
    expect(told.outcomes).toMatchObject([{ code: 'insufficient_stock', available: 1 }])
    expect(told.state.reservations.get('r1')).toMatchObject({ status: 'held' })
  })

  test('refused in its last step: old and extra stay as they were', () => {
    const told = tellGroups(state, [
      [extra],
      [release1, releaseExtra, hold(4, { ...buyer, reservationId: 'r2' })],
    ])
    expect(told.outcomes.slice(1)).toMatchObject([
      { code: 'group_rejected' },
      { code: 'group_rejected' },
      { code: 'insufficient_stock' },
    ])
    expect(poolOf(told.state).held).toBe(3)
    expect(told.state.reservations.get('r1')).toMatchObject({ status: 'held' })
  })

  test('paid meanwhile: nothing is released', () => {
    const paid = tellGroups({ ...state, payments: new Map([['pi_1', aPayment()]]) }, [
      [extra],
      [sell(2, { id: 'pi_1', sessionId: 'cs_1', reservationId: 'r1' })],
      [release1, releaseExtra, hold(3, { ...buyer, reservationId: 'r2' })],
    ])
    // The sale is over with; releasing it is no fault, so the group goes on and is refused for lack of seats.
    expect(poolOf(paid.state)).toMatchObject({ sold: 34, held: 1 })
  })

  test('the limit per email counts the difference, and in another tier the new seats alone', () => {
    const vip = { tier: 'vip' } as const
    const pools = new Map([
      ...aState({ pools: [aPool({ held: 2 }), aPool({ ...vip, publicLimit: 15 })] }).pools,
    ])
    const roomy = { ...state, pools }
    const ask = (quantity: number, given = {}) =>
      tellGroups(roomy, [[hold(quantity, { ...extra, quantity, ...given })]]).outcomes[0]
    expect(ask(2)).toMatchObject({ status: 'applied' })
    expect(ask(3)).toMatchObject({ code: 'hold_limit' })
    expect(ask(4, vip)).toMatchObject({ status: 'applied' })
    expect(ask(5, vip)).toMatchObject({ code: 'hold_limit' })
  })
})
