import { expect, test } from 'vitest'
import { isRefundedInVain } from '@/lib/payments/refunded-in-vain'

/** Three seats for 3,000 USD. */
const three = { amountCents: 300_000, lostCents: 0, seatsSold: 3, seatsPaid: null }

test.each([
  ['all seats and all money', { state: 'refunded', seatsReturned: 3, refundedCents: 300_000 }, false],
  ['all seats, a part of the money', { state: 'refunded', seatsReturned: 3, refundedCents: 200_000 }, true],
  ['a seat and its money', { state: 'sold', seatsReturned: 1, refundedCents: 100_000 }, false],
  ['a seat and more', { state: 'sold', seatsReturned: 1, refundedCents: 115_000 }, false],
  ['a seat and no money', { state: 'sold', seatsReturned: 1, refundedCents: 0 }, true],
  ['two seats, a part of their money', { state: 'sold', seatsReturned: 2, refundedCents: 115_000 }, true],
  ['no seat and no money', { state: 'sold', seatsReturned: 0, refundedCents: 0 }, false],
  [
    'all seats, a part of the money by a lost dispute',
    { state: 'refunded', seatsReturned: 3, refundedCents: 200_000, lostCents: 100_000 },
    false,
  ],
  [
    'a seat by a lost dispute, and no other money',
    { state: 'sold', seatsReturned: 2, refundedCents: 0, lostCents: 100_000 },
    true,
  ],
  ['no seat and some money', { state: 'sold', seatsReturned: 0, refundedCents: 15_000 }, false],
] as const)('%s went back', (_, payment, inVain) => {
  expect(isRefundedInVain({ ...three, ...payment })).toBe(inVain)
})

test.each([
  ['no seat and no money', 0, 0, false],
  ['a seat, and the money of that alone', 1, 100_000, true],
  ['a seat, its money and that of the two that it never got', 1, 300_000, false],
])('of two seats that were given for four, %s went back', (_, seatsReturned, refundedCents, inVain) => {
  const four = { state: 'sold', amountCents: 400_000, lostCents: 0, seatsSold: 2, seatsPaid: 4 } as const
  expect(isRefundedInVain({ ...four, seatsReturned, refundedCents })).toBe(inVain)
})

test('money that never bought a seat may be here again, and what was free never went back', () => {
  const noSeat = { state: 'refunded', lostCents: 0, seatsSold: 0, seatsPaid: null, seatsReturned: 0 } as const
  expect(isRefundedInVain({ ...noSeat, amountCents: 300_000, refundedCents: 0 })).toBe(true)
  expect(isRefundedInVain({ ...noSeat, amountCents: null, refundedCents: 0 })).toBe(false)
  const free = { ...three, state: 'sold', seatsReturned: 0, amountCents: 0, refundedCents: 0 } as const
  expect(isRefundedInVain(free)).toBe(false)
})
