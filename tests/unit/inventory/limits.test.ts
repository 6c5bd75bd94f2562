import { describe, expect, test } from 'vitest'
import { expand, hold, openCity, reduce, relimit, sell } from '../../support/stories/commands'
import { aPayment, aPool, aState, poolOf, tell, tellGroups } from '../../support/stories/state'

const authority = { authorizedBy: 'Nate', reason: 'a story' }

describe('expanding', () => {
  test('raises the actual limit alone, and the ledger says who and why', () => {
    const { state, outcomes, entries } = tell(aState(), expand(10))
    expect(outcomes).toMatchObject([{ status: 'applied', quantity: 10, limit: 45, available: 45 }])
    expect(poolOf(state)).toMatchObject({ publicLimit: 35, actualLimit: 45 })
    expect(entries).toMatchObject([
      {
        operation: 'expand',
        quantity: 10,
        before: { publicLimit: 35, actualLimit: 35 },
        after: { publicLimit: 35, actualLimit: 45 },
        authority,
        payment: null,
      },
    ])
  })

  test.each([0, -1, 1.5, NaN, Infinity])('by %s is refused', (spots) => {
    expect(tell(aState(), expand(spots)).outcomes).toMatchObject([{ code: 'invalid_quantity' }])
  })

  test('ends at a million seats', () => {
    expect(tell(aState(), expand(1_000_000 - 35)).outcomes).toMatchObject([{ status: 'applied' }])
    expect(tell(aState(), expand(1_000_000 - 34)).outcomes).toMatchObject([{ code: 'limit_too_high' }])
  })

  test('of an unknown city is refused', () => {
    expect(tell(aState(), expand(1, { cityId: 'atlantis' })).outcomes).toMatchObject([
      { code: 'unknown_city' },
    ])
  })
})

describe('C06: reducing below what is taken', () => {
  const busy = aState({ pools: [aPool({ actualLimit: 40, sold: 33, held: 1 })] })

  test('to 30 is refused, naming 34', () => {
    const told = tell(busy, reduce(30))
    expect(told.outcomes).toMatchObject([
      { code: 'below_taken', message: '34 seats are sold or held; the limit cannot be lower' },
    ])
    expect(poolOf(told.state).actualLimit).toBe(40)
  })

  test('to 35 and to 34 is done', () => {
    const { state, entries } = tell(busy, reduce(35), reduce(34))
    expect(poolOf(state)).toMatchObject({ actualLimit: 34, publicLimit: 35 })
    expect(entries.map((entry) => entry.quantity)).toEqual([-5, -1])
  })

  test('and a hold: whichever comes first wins', () => {
    expect(tell(busy, reduce(34), hold(1)).outcomes).toMatchObject([
      { status: 'applied' },
      { code: 'insufficient_stock', available: 0, publicAvailable: 0 },
    ])
    expect(tell(busy, hold(1), reduce(34)).outcomes).toMatchObject([
      { status: 'applied' },
      { code: 'below_taken' },
    ])
  })

  test('upwards is no reduction; to where it is changes nothing', () => {
    expect(tell(busy, reduce(41)).outcomes).toMatchObject([{ code: 'invalid_quantity' }])
    const same = tell(busy, reduce(40))
    expect(same.outcomes).toMatchObject([{ status: 'duplicate', code: 'already_settled' }])
    expect(same.entries).toEqual([])
  })
})

describe('changing the public limit', () => {
  test('takes the actual limit along where they were equal', () => {
    const { state, outcomes, entries } = tell(aState(), relimit(40))
    expect(outcomes).toMatchObject([{ status: 'applied', quantity: 5, limit: 40 }])
    expect(poolOf(state)).toMatchObject({ publicLimit: 40, actualLimit: 40 })
    expect(entries).toMatchObject([{ operation: 'relimit', quantity: 5 }])
  })

  test('leaves hidden seats as they are', () => {
    const state = aState({ pools: [aPool({ actualLimit: 50 })] })
    expect(poolOf(tell(state, relimit(40)).state)).toMatchObject({ publicLimit: 40, actualLimit: 50 })
  })

  test('ends at a million seats, however many are hidden', () => {
    const state = aState({ pools: [aPool({ actualLimit: 50 })] })
    expect(tell(state, relimit(1_000_001)).outcomes).toMatchObject([{ code: 'limit_too_high' }])
  })

  test('is done with the numbers that it was shown with', () => {
    const asSeen = relimit(40, { expectedLimit: 35, expectedActual: 35 })
    expect(tell(aState(), asSeen).outcomes).toMatchObject([{ status: 'applied', limit: 40 }])
  })

  test('never below what is sold and held', () => {
    const state = aState({ pools: [aPool({ sold: 20, held: 2 })] })
    expect(tell(state, relimit(21)).outcomes).toMatchObject([{ code: 'below_taken' }])
    expect(poolOf(tell(state, relimit(22)).state)).toMatchObject({ publicLimit: 22, actualLimit: 22 })
  })

  describe('where hidden seats have been sold', () => {
    const state = aState({ pools: [aPool({ actualLimit: 55, sold: 44, held: 1 })] })

    test.each([36, 40, 45, 50, 55, 60])('it can be raised to %i, and no seat is touched', (to) => {
      const raised = tell(state, relimit(to))
      expect(raised.outcomes).toMatchObject([{ status: 'applied', quantity: to - 35, limit: to }])
      expect(poolOf(raised.state)).toMatchObject({ publicLimit: to, actualLimit: 55, sold: 44, held: 1 })
    })

    test('it cannot be lowered, and stays where it is', () => {
      const message = '45 seats are sold or held; a public limit of 35 cannot be lowered'
      expect(tell(state, relimit(34)).outcomes).toMatchObject([{ code: 'below_taken', message }])
      expect(tell(state, relimit(35)).outcomes).toMatchObject([{ code: 'already_settled' }])
    })

    test('it can be lowered again as far as what is taken', () => {
      const raised = tell(state, relimit(50)).state
      expect(tell(raised, relimit(45)).outcomes).toMatchObject([{ status: 'applied' }])
      const message = '45 seats are sold or held; the limit cannot be lower'
      expect(tell(raised, relimit(44)).outcomes).toMatchObject([{ code: 'below_taken', message }])
    })

    test('the actual limit still cannot be lower than what is taken', () => {
      expect(tell(state, reduce(44)).outcomes).toMatchObject([{ code: 'below_taken' }])
    })
  })
})

describe('two admins at once', () => {
  test.each([
    [expand(5, { expectedLimit: 35 }), expand(5, { expectedLimit: 35 })],
    [expand(5, { expectedLimit: 35 }), reduce(20, { expectedLimit: 35 })],
    [relimit(30, { expectedLimit: 35 }), relimit(31, { expectedLimit: 35 })],
  ])('the slower one is told that the numbers moved', (first, second) => {
    expect(tell(aState(), first, second).outcomes).toMatchObject([
      { status: 'applied' },
      { code: 'numbers_moved' },
    ])
  })

  // The actual limit goes along only where both are equal: what was confirmed holds for the numbers it was shown with.
  test.each([
    ['makes', 40, relimit(45, { expectedLimit: 35, expectedActual: 40 }), reduce(35), 35],
    ['leaves', 35, relimit(30, { expectedLimit: 35, expectedActual: 35 }), expand(5), 40],
  ])('a public limit %s no seats that were not confirmed', (_, actualLimit, slower, first, now) => {
    const { state, outcomes } = tell(aState({ pools: [aPool({ actualLimit })] }), first, slower)
    expect(outcomes[1]).toEqual({
      status: 'rejected',
      code: 'numbers_moved',
      message: `The actual limit is now ${now}, no longer ${actualLimit}`,
    })
    expect(poolOf(state)).toMatchObject({ publicLimit: 35, actualLimit: now })
  })
})

describe('in an archived city', () => {
  const archived = (sold = 0) =>
    aState({ cities: { dallas: { archived: true } }, pools: [aPool({ publicLimit: 2, sold })] })

  test.each([expand(5), reduce(1), relimit(3)])('$type is refused', (command) => {
    const { state, outcomes, entries } = tell(archived(), command)
    expect(outcomes).toEqual([
      { status: 'rejected', code: 'archived', message: 'This city is archived. Bring it back first.' },
    ])
    expect([poolOf(state), entries]).toEqual([aPool({ publicLimit: 2 }), []])
  })

  test('a payment that had found no seat still gets one', () => {
    const waiting = { ...archived(2), payments: new Map([['pi_1', aPayment({ state: 'exception' })]]) }
    const resolvesException = true
    const groups = [[expand(1, { resolvesException }), sell(1, { id: 'pi_1' }, { resolvesException })]]
    const { state, outcomes } = tellGroups(waiting, groups)
    expect(outcomes).toMatchObject([{ status: 'applied' }, { status: 'applied' }])
    expect(poolOf(state)).toMatchObject({ actualLimit: 3, sold: 3 })
  })
})

describe('opening a city', () => {
  const closed = aState({ pools: [] })

  test('gives it its first stock, once', () => {
    const { state, outcomes, entries } = tell(closed, openCity(35), openCity(99))
    expect(outcomes).toMatchObject([{ status: 'applied', quantity: 35 }, { code: 'already_open' }])
    expect(poolOf(state)).toEqual(aPool())
    expect(entries).toMatchObject([{ operation: 'open', quantity: 35, before: { actualLimit: 0 } }])
  })

  test('and selling from it at once', () => {
    expect(poolOf(tell(closed, openCity(2), hold(2)).state)).toMatchObject({ held: 2 })
  })

  test('that nobody made is refused', () => {
    expect(tell(closed, openCity(1, { cityId: 'atlantis' })).outcomes).toMatchObject([
      { code: 'unknown_city' },
    ])
  })
})
