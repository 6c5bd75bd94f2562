import { describe, expect, test } from 'vitest'
import type { ReleaseCause } from '@/lib/inventory/commands'
import type { Reservation } from '@/lib/inventory/model'
import { hold, release } from '../../support/stories/commands'
import {
  aPool,
  aReservation,
  aState,
  minutesLater,
  noon,
  poolOf,
  tell,
  tellGroups,
} from '../../support/stories/state'

describe('a hold', () => {
  test('takes seats out of free stock', () => {
    const { state, outcomes } = tell(aState(), hold(3))
    expect(outcomes).toMatchObject([{ status: 'applied', quantity: 3, available: 32, limit: 35 }])
    expect(poolOf(state)).toMatchObject({ sold: 0, held: 3 })
  })

  test('writes no row in the ledger', () => {
    expect(tell(aState(), hold(3)).entries).toEqual([])
  })

  test('is refused where fewer seats are free, naming how many', () => {
    const { state, outcomes } = tell(aState({ pools: [aPool({ sold: 30, held: 3 })] }), hold(3))
    expect(outcomes).toEqual([
      {
        status: 'rejected',
        code: 'insufficient_stock',
        message: 'Insufficient inventory. Available: 2, Requested: 3',
        available: 2,
        publicAvailable: 2,
      },
    ])
    expect(poolOf(state)).toMatchObject({ sold: 30, held: 3 })
  })

  test.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('of %s seats is refused', (quantity) => {
    expect(tell(aState(), hold(quantity)).outcomes).toMatchObject([{ code: 'invalid_quantity' }])
  })

  test('of an unknown city, or of an archived one, is refused', () => {
    expect(tell(aState(), hold(1, { cityId: 'atlantis' })).outcomes).toMatchObject([{ code: 'unknown_city' }])
    const archived = aState({ cities: { dallas: { archived: true } } })
    expect(tell(archived, hold(1)).outcomes).toMatchObject([{ code: 'unknown_city' }])
  })

  test.each(['upcoming', 'paused', 'closed'] as const)('is refused while sales are %s', (saleState) => {
    const state = aState({ cities: { dallas: { saleState } } })
    expect(tell(state, hold(1)).outcomes).toMatchObject([{ code: 'not_on_sale' }])
  })
})

describe('a hold asked for again', () => {
  test('with the same content gives the same reservation and takes nothing more', () => {
    const { state, outcomes } = tell(aState(), hold(2), hold(2))
    expect(outcomes).toMatchObject([{ status: 'applied' }, { status: 'duplicate', code: 'already_held' }])
    expect(outcomes[1]).toMatchObject({ reservation: { id: 'r1', quantity: 2 } })
    expect(poolOf(state).held).toBe(2)
  })

  test.each([hold(3), hold(2, { tier: 'vip' }), hold(2, { cityId: 'atlanta' })])(
    'with other content is a conflict',
    (other) => {
      const { state, outcomes } = tell(aState(), hold(2), other)
      expect(outcomes[1]).toMatchObject({ code: 'reservation_conflict' })
      expect(poolOf(state).held).toBe(2)
    },
  )

  test.each([
    aReservation({ status: 'released' }),
    aReservation({ status: 'sold' }),
    aReservation({ lapsesAt: noon }),
  ])('is a conflict when it is no longer held', (known) => {
    const state = aState({ reservations: [known] })
    expect(tell(state, hold(1)).outcomes).toMatchObject([{ code: 'reservation_conflict' }])
  })
})

describe('how long a hold lasts', () => {
  const checkout = { parameters: {}, amountCents: 100_000, currency: 'usd' }
  const reservationOf = (told: ReturnType<typeof tell>) => told.state.reservations.get('r1')

  test('as long as the city says, and it lapses then by itself', () => {
    const state = aState({ cities: { dallas: { holdMinutes: 20 } } })
    expect(reservationOf(tell(state, hold(1)))).toMatchObject({
      expiresAt: minutesLater(20),
      lapsesAt: minutesLater(20),
      sessionExpiresAt: null,
    })
  })

  test('C08: with a checkout, its page is payable for 31 minutes at least, and it lapses 10 minutes later', () => {
    expect(reservationOf(tell(aState(), hold(1, { minutes: 10, checkout })))).toMatchObject({
      expiresAt: minutesLater(10),
      sessionExpiresAt: minutesLater(31),
      lapsesAt: minutesLater(41),
    })
  })

  test('a longer hold gives its page the same time, within the 24 hours of Stripe', () => {
    expect(reservationOf(tell(aState(), hold(1, { minutes: 1_430, checkout })))).toMatchObject({
      sessionExpiresAt: minutesLater(1_430),
      lapsesAt: minutesLater(1_440),
    })
  })

  test.each([
    [5, 60],
    [15, 60],
    [30, 60],
    [45, 90],
    [1_430, 2_860],
  ])('of %i minutes, its buyer can keep seats for %i by changing their mind', (minutes, keepable) => {
    const state = aState({ cities: { dallas: { holdMinutes: minutes } } })
    expect(reservationOf(tell(state, hold(1)))).toMatchObject({
      expiresAt: minutesLater(minutes),
      keepableUntil: minutesLater(keepable),
    })
  })

  test('in the place of another, as long as any, but no longer than that one could be kept', () => {
    const inPlaceOf = (keepableUntil: Date) =>
      reservationOf(tell(aState(), hold(1, { keepableUntil, checkout })))
    expect(inPlaceOf(minutesLater(46))).toMatchObject({
      expiresAt: minutesLater(15),
      keepableUntil: minutesLater(46),
    })
    expect(inPlaceOf(minutesLater(6))).toMatchObject({
      expiresAt: minutesLater(6),
      keepableUntil: minutesLater(6),
      sessionExpiresAt: minutesLater(31),
    })
  })

  test('the end of its page is a whole second, rounded up', () => {
    const state = aState({ now: new Date('2026-01-10T12:00:00.250Z') })
    const told = tell(state, hold(1, { checkout }))
    expect(reservationOf(told)?.sessionExpiresAt).toEqual(new Date('2026-01-10T12:31:01.000Z'))
  })
})

describe('one live hold for a visitor and city', () => {
  test('a second one is refused, in the other tier too', () => {
    const pools = [aPool(), aPool({ tier: 'vip' })]
    const told = tell(
      aState({ pools }),
      hold(1, { visitorHash: 'v' }),
      hold(1, { reservationId: 'r2', visitorHash: 'v', tier: 'vip' }),
    )
    expect(told.outcomes).toMatchObject([{ status: 'applied' }, { code: 'live_hold' }])
  })

  test('another visitor, and another city, are free to hold', () => {
    const state = aState({
      cities: { dallas: {}, atlanta: {} },
      pools: [aPool(), aPool({ cityId: 'atlanta' })],
    })
    const told = tell(
      state,
      hold(1, { visitorHash: 'v' }),
      hold(1, { reservationId: 'r2', visitorHash: 'w' }),
      hold(1, { reservationId: 'r3', visitorHash: 'v', cityId: 'atlanta' }),
    )
    expect(told.outcomes.map((outcome) => outcome.status)).toEqual(['applied', 'applied', 'applied'])
  })

  test('one that is closed, or awaits a payment, is in nobody’s way', () => {
    const closed = aReservation({ id: 'r0', visitorHash: 'v', status: 'released' })
    const paying = aReservation({ id: 'r2', visitorHash: 'v', status: 'awaiting', lapsesAt: null })
    const state = aState({ pools: [aPool({ held: 1 })], reservations: [closed, paying] })
    expect(tell(state, hold(1, { visitorHash: 'v' })).outcomes).toMatchObject([{ status: 'applied' }])
  })

  test('seats that a change held beside it, and left when it broke off, are in nobody’s way', () => {
    const extra = aReservation({ id: 'extra', visitorHash: 'v', extends: 'r0' })
    const state = aState({ pools: [aPool({ held: 1 })], reservations: [extra] })
    expect(tell(state, hold(1, { visitorHash: 'v' })).outcomes).toMatchObject([{ status: 'applied' }])
  })

  test('one past its time that has not lapsed is kept for a payment, so it still counts', () => {
    const paying = aReservation({ id: 'r0', visitorHash: 'v', lapsesAt: noon })
    const state = aState({ pools: [aPool({ held: 1 })], reservations: [paying] })
    expect(tell(state, hold(1, { visitorHash: 'v' })).outcomes).toMatchObject([{ code: 'live_hold' }])
  })
})

describe('how many seats one email address, or one address, may hold', () => {
  const limits = { perEmail: 10, perAddress: 4 }
  const held = aReservation({ id: 'r0', quantity: 8, email: 'a@example.com', addressHash: 'h' })
  const state = aState({ pools: [aPool({ held: 8 })], reservations: [held], limits })

  test('up to the limit in all', () => {
    expect(tell(state, hold(2, { email: 'a@example.com' })).outcomes).toMatchObject([{ status: 'applied' }])
    expect(tell(state, hold(3, { email: 'a@example.com' })).outcomes).toMatchObject([{ code: 'hold_limit' }])
    expect(tell(state, hold(10, { email: 'b@example.com' })).outcomes).toMatchObject([{ status: 'applied' }])
    expect(tell(state, hold(1, { addressHash: 'h' })).outcomes).toMatchObject([{ code: 'hold_limit' }])
  })

  test('in all tiers together, and the refusal says how many are left to that email or address alone', () => {
    const pools = [aPool({ held: 11 }), aPool({ tier: 'vip', publicLimit: 15 })]
    const others = aReservation({ id: 'r9', quantity: 3, email: 'b@example.com', addressHash: 'i' })
    const both = aState({ pools, reservations: [held, others], limits: { perEmail: 10, perAddress: 9 } })
    const asked = (given: Parameters<typeof hold>[1]) =>
      tell(both, hold(3, { tier: 'vip', ...given })).outcomes
    expect(asked({ email: 'a@example.com' })).toMatchObject([{ code: 'hold_limit', available: 2 }])
    expect(asked({ addressHash: 'h' })).toMatchObject([{ code: 'hold_limit', available: 1 }])
    expect(asked({ email: 'b@example.com', addressHash: 'i' })).toMatchObject([{ status: 'applied' }])
  })

  test('none of it binds whoever has neither', () => {
    expect(tell(state, hold(11)).outcomes).toMatchObject([{ status: 'applied' }])
  })

  test('payments on their way count, closed and overdue holds do not', () => {
    const of = (given: Partial<typeof held>) =>
      tell(
        aState({ pools: [aPool({ held: 8 })], reservations: [{ ...held, ...given }], limits }),
        hold(3, { email: 'a@example.com' }),
      ).outcomes
    expect(of({ status: 'awaiting', lapsesAt: null })).toMatchObject([{ code: 'hold_limit' }])
    expect(of({ status: 'lapsed' })).toMatchObject([{ status: 'applied' }])
    expect(of({ lapsesAt: noon })).toMatchObject([{ status: 'applied' }])
  })

  test('without a limit any number', () => {
    const free = aState({ pools: [aPool({ held: 8 })], reservations: [held] })
    expect(tell(free, hold(20, { email: 'a@example.com' })).outcomes).toMatchObject([{ status: 'applied' }])
  })
})

describe('how far a hold reaches', () => {
  const expanded = { publicLimit: 35, actualLimit: 40, sold: 34 }

  test('open: to the hidden seats', () => {
    const state = aState({ pools: [aPool({ ...expanded, hiddenSale: 'open' })] })
    expect(tell(state, hold(6)).outcomes).toMatchObject([{ status: 'applied' }])
    expect(tell(state, hold(7)).outcomes).toMatchObject([{ available: 6, publicAvailable: 1 }])
  })

  test('private: to the public number, unless a private link reaches further', () => {
    const state = aState({ pools: [aPool({ ...expanded, hiddenSale: 'private' })] })
    expect(tell(state, hold(1)).outcomes).toMatchObject([{ status: 'applied' }])
    expect(tell(state, hold(2)).outcomes).toMatchObject([{ available: 1, publicAvailable: 1 }])
    expect(tell(state, hold(6, { reach: 'actual' })).outcomes).toMatchObject([{ status: 'applied' }])
  })

  describe('private, by a buyer whose hold has hidden seats from before', () => {
    const exchange = (given: Partial<Reservation>, quantity: number, cause: ReleaseCause = 'changed') => {
      const pools = [aPool({ publicLimit: 35, actualLimit: 40, sold: 35, held: 2, hiddenSale: 'private' })]
      const state = aState({ pools, reservations: [aReservation({ id: 'old', quantity: 2, ...given })] })
      const group = [release('old', { cause }), hold(quantity, { reservationId: 'new', replaces: 'old' })]
      return tellGroups(state, [group])
    }
    const refused = [{}, { code: 'insufficient_stock', publicAvailable: 0 }]

    test('to as many seats as the hold gives up for it, or fewer', () => {
      for (const quantity of [2, 1]) {
        const told = exchange({}, quantity)
        expect(told.outcomes).toMatchObject([{ status: 'applied' }, { status: 'applied', quantity }])
        expect(poolOf(told.state).held).toBe(quantity)
      }
    })

    test.each<[string, Partial<Reservation>, number, ReleaseCause?]>([
      ['to no more', {}, 3],
      ['not by a link’s seats', { linkId: 'link' }, 1],
      ['not by seats of another tier', { tier: 'vip' }, 1],
      ['not once the hold is over', { lapsesAt: minutesLater(-1), status: 'lapsed' }, 1],
      ['not once its seats went back some other way', { status: 'released', closedBecause: 'reset' }, 1],
      ['not by a hold of before a reset', { epoch: -1, status: 'released', closedBecause: 'changed' }, 1],
      ['not by giving it up for nothing', {}, 1, 'cancelled'],
    ])('%s', (_, given, quantity, cause) => {
      expect(exchange(given, quantity, cause).outcomes).toMatchObject(refused)
    })
  })
})
