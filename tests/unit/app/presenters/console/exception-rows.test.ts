import { expect, test } from 'vitest'
import { exceptionLead } from '@/app/presenters/console/exception-page'
import { presentExceptionRow } from '@/app/presenters/console/exceptions'
import type { PaymentException } from '@/lib/payments/read-exceptions'

const ofThree: PaymentException = {
  id: 1,
  kind: 'unclear_refund',
  title: 'a refund that is no whole number of tickets',
  state: 'open',
  detail: 'The amount refunded is no whole number of tickets',
  cityId: null,
  cityName: null,
  tier: null,
  quantity: null,
  amountCents: null,
  refundedCents: 15_000,
  lostCents: 0,
  isLossUnknown: false,
  lostDisputes: 0,
  currency: null,
  createdAt: new Date('2026-01-20T12:00:00Z'),
  claimedBy: null,
  resolution: null,
  resolvedBy: null,
  resolvedAt: null,
  reason: null,
  refundId: null,
  isRefunding: false,
  payment: {
    id: 'p',
    state: 'sold',
    paymentIntentId: 'pi_1',
    sessionId: 'cs_1',
    reservationId: null,
    cityName: 'Las Vegas',
    tier: 'ga',
    seatsSold: 3,
    seatsPaid: null,
    seatsReturned: 0,
    isBeforeReset: false,
    dispute: null,
    amountCents: 300_000,
    lostCents: 0,
    keptCents: 0,
    email: null,
  },
  resolutions: [],
}

test('an order that was noted before its sale was known is named by the sale', () => {
  expect(presentExceptionRow({ ...ofThree, quantity: 0 }).order).toBe('3 seats, GA, Las Vegas')
})

const withoutSeat: PaymentException = {
  ...ofThree,
  kind: 'no_seat',
  detail: '16 VIP in chicago-may-2026: Insufficient inventory. Available: 15, Requested: 16',
  cityId: 'chicago-may-2026',
  cityName: 'Chicago',
  tier: 'vip',
}

test('what found no seat is told by its order, as the pages call it', () => {
  expect(exceptionLead({ ...withoutSeat, quantity: 16 })).toBe(
    '16 VIP seats in Chicago were paid for, but fewer were free.',
  )
  expect(exceptionLead({ ...withoutSeat, quantity: 1 })).toBe(
    '1 VIP seat in Chicago was paid for, but none was free.',
  )
})

test('where the order is not known in full, and of all other kinds, the detail says it', () => {
  expect(exceptionLead(withoutSeat)).toBe(withoutSeat.detail)
  expect(exceptionLead({ ...withoutSeat, quantity: 16, tier: 'gold' })).toBe(withoutSeat.detail)
  expect(exceptionLead(ofThree)).toBe(ofThree.detail)
})

test.each([
  ['refunded', 'refunded by Ada'],
  ['expanded', 'given its seats by Ada'],
  ['assigned', 'given seats elsewhere by Ada'],
  ['restocked', 'seats given back by Ada'],
  ['dismissed', 'closed as it was by Ada'],
  ['settled', 'settled by Ada'],
  [null, 'settled by Ada'],
] as const)('a decision (%s) is told as its button said it', (resolution, told) => {
  const resolved = { ...ofThree, state: 'resolved', resolution, resolvedBy: 'Ada' } as const
  expect(presentExceptionRow(resolved).result).toBe(told)
})

test('what closed without a person is the system’s', () => {
  const resolved = { ...ofThree, state: 'resolved', resolution: 'settled' } as const
  expect(presentExceptionRow(resolved).result).toBe('settled by the system')
})

test('a row says whose payment it is', () => {
  const payment = { ...ofThree.payment, email: 'ada@example.com' }
  expect(presentExceptionRow({ ...ofThree, payment }).email).toBe('ada@example.com')
  expect(presentExceptionRow(ofThree).email).toBeNull()
})
