import { describe, expect, test } from 'vitest'
import { awaitPayment, sell } from '@/tests/support/stories/commands'
import type { Hold } from '@/lib/inventory/commands'
import type { PrivateLink } from '@/lib/inventory/model'
import {
  aPayment,
  aPool,
  aReservation,
  aState,
  minutesLater,
  noon,
  poolOf,
  tell,
  tellGroups,
} from '@/tests/support/stories/state'

/** 35 public seats, all sold, and 5 hidden ones that only links reach. */
const hiddenPool = aPool({ actualLimit: 40, sold: 35, hiddenSale: 'private' })

function aLink(given: Partial<PrivateLink> = {}): PrivateLink {
  return {
    id: 'link',
    cityId: 'dallas',
    tier: 'ga',
    seats: 4,
    soldElsewhere: 0,
    email: null,
    expiresAt: minutesLater(60),
    isRevoked: false,
    ...given,
  }
}

function aHold(quantity: number, given: Partial<Hold> = {}): Hold {
  const pool = { cityId: 'dallas', tier: 'ga' } as const
  return {
    type: 'hold',
    ...pool,
    reservationId: `hold-${quantity}`,
    quantity,
    reach: 'by_setting',
    linkId: 'link',
    ...given,
  }
}

test('a link reaches hidden seats, and nothing else does', () => {
  const state = aState({ pools: [hiddenPool], links: [aLink()] })
  const { outcomes, state: after } = tell(state, aHold(4), aHold(1, { linkId: null, reservationId: 'plain' }))
  expect(outcomes).toMatchObject([{ status: 'applied' }, { status: 'rejected', code: 'insufficient_stock' }])
  expect(poolOf(after)).toMatchObject({ held: 4 })
  expect(after.reservations.get('hold-4')).toMatchObject({ linkId: 'link' })
})

test('not more seats than it has, whether sold, held before, or held in the same batch', () => {
  const held = aReservation({ id: 'earlier', linkId: 'link', quantity: 1 })
  const pool = { ...hiddenPool, held: 1 }
  const state = aState({ pools: [pool], links: [aLink({ soldElsewhere: 1 })], reservations: [held] })
  const { outcomes } = tell(
    state,
    aHold(1),
    aHold(2, { reservationId: 'second' }),
    aHold(1, { reservationId: 'third' }),
  )
  expect(outcomes).toMatchObject([
    { status: 'applied' },
    {
      status: 'rejected',
      code: 'link_used_up',
      available: 1,
      message: 'This link has 1 seat left, but 2 requested',
    },
    { status: 'applied' },
  ])
})

test('seats of other links and holds do not count; what is sold in the same batch does', () => {
  const reservations = [
    aReservation({ id: 'other', linkId: 'another', quantity: 2 }),
    aReservation({ id: 'plain', quantity: 2 }),
    aReservation({ id: 'own', linkId: 'link', quantity: 2, sessionId: 'cs_1' }),
  ]
  const pool = aPool({ actualLimit: 50, sold: 35, held: 6, hiddenSale: 'private' })
  const state = aState({ pools: [pool], links: [aLink()], reservations, payments: [aPayment()] })
  const { outcomes } = tell(
    state,
    sell(2, { id: 'pi_1', sessionId: 'cs_1', reservationId: 'own' }),
    aHold(3),
    aHold(2),
  )
  expect(outcomes).toMatchObject([
    { status: 'applied' },
    { code: 'link_used_up', available: 2 },
    { status: 'applied' },
  ])
})

test('not more seats than there are', () => {
  const state = aState({ pools: [hiddenPool], links: [aLink({ seats: 10 })] })
  expect(tell(state, aHold(6)).outcomes).toMatchObject([{ code: 'insufficient_stock', available: 5 }])
})

test('what is given up within a group can be taken again', () => {
  const old = aReservation({ id: 'old', linkId: 'link', quantity: 3 })
  const state = aState({ pools: [{ ...hiddenPool, held: 3 }], links: [aLink()], reservations: [old] })
  const { outcomes } = tellGroups(state, [
    [{ type: 'release', reservationId: 'old', cause: 'changed' }, aHold(4)],
  ])
  expect(outcomes).toMatchObject([{ status: 'applied' }, { status: 'applied' }])
})

describe('a link that is not good', () => {
  test.each([
    ['unknown', []],
    ['revoked', [aLink({ isRevoked: true })]],
    ['expired', [aLink({ expiresAt: noon })]],
    ['for another city', [aLink({ cityId: 'atlanta' })]],
    ['for another tier', [aLink({ tier: 'vip' })]],
    ['for somebody else', [aLink({ email: 'ada@example.com' })]],
  ])('%s', (_, links) => {
    const state = aState({ pools: [hiddenPool], links })
    const { outcomes, state: after } = tell(state, aHold(1, { email: 'bob@example.com' }))
    expect(outcomes).toMatchObject([{ status: 'rejected', code: 'invalid_link' }])
    expect(poolOf(after)).toEqual(hiddenPool)
  })

  test('it is good for the one whom it is for', () => {
    const state = aState({ pools: [hiddenPool], links: [aLink({ email: 'ada@example.com' })] })
    expect(tell(state, aHold(1, { email: 'ada@example.com' })).outcomes).toMatchObject([
      { status: 'applied' },
    ])
  })
})

describe('a payment that comes when its hold is gone', () => {
  const lapsed = { id: 'gone', quantity: 2, status: 'lapsed', sessionId: 'cs_1' } as const
  const payment = aPayment({ reservationId: 'gone' })
  const paid = { id: 'pi_1', sessionId: 'cs_1', reservationId: 'gone' }

  test('reaches hidden seats where the hold was made with a link', () => {
    const reservations = [aReservation({ ...lapsed, linkId: 'link' })]
    const { outcomes, state } = tell(
      aState({ pools: [hiddenPool], reservations, payments: [payment] }),
      sell(2, paid),
    )
    expect(outcomes).toMatchObject([{ status: 'applied' }])
    expect(poolOf(state)).toMatchObject({ sold: 37 })
  })

  test('and not where it was made without', () => {
    const reservations = [aReservation(lapsed)]
    const { outcomes } = tell(
      aState({ pools: [hiddenPool], reservations, payments: [payment] }),
      sell(2, paid),
    )
    expect(outcomes).toMatchObject([{ status: 'rejected', code: 'insufficient_stock' }])
  })

  test('nor in another tier than that of the link', () => {
    const reservations = [aReservation({ ...lapsed, tier: 'vip', linkId: 'link' })]
    const pools = [hiddenPool, aPool({ tier: 'vip' })]
    const { outcomes } = tell(aState({ pools, reservations, payments: [payment] }), sell(2, paid))
    expect(outcomes).toMatchObject([{ status: 'rejected', code: 'insufficient_stock' }])
  })

  test('nor where another session owns the hold', () => {
    const reservations = [aReservation({ ...lapsed, sessionId: 'cs_other', linkId: 'link' })]
    const { outcomes } = tell(
      aState({ pools: [hiddenPool], reservations, payments: [payment] }),
      sell(2, paid),
    )
    expect(outcomes).toMatchObject([{ status: 'rejected', code: 'insufficient_stock' }])
  })

  test('a delayed payment keeps hidden seats again', () => {
    const reservations = [aReservation({ ...lapsed, linkId: 'link' })]
    const state = aState({ pools: [hiddenPool], reservations, payments: [payment] })
    const { outcomes, state: after } = tell(state, awaitPayment('gone', paid))
    expect(outcomes).toMatchObject([{ status: 'applied' }])
    expect(poolOf(after)).toMatchObject({ held: 2 })
  })
})
