import { expect, test } from 'vitest'
import { judge } from '@/tests/chaos/judge'
import type { PaymentRecord } from '@/tests/chaos/records'
import type { PaidSession } from '@/tests/chaos/stripe-truth'

/** Three tickets for 300,000 cents, as Stripe knows them. */
function aPaidSession(given: Partial<PaidSession> = {}): PaidSession {
  const money = { amountCents: 300_000, refundedCents: 0, lostCents: 0 }
  return { sessionId: 'cs_1', tickets: 3, ...money, dispute: null, ...given }
}

/** The same as we should have it: sold. */
function aRecord(given: Partial<PaymentRecord> = {}): PaymentRecord {
  return {
    id: 'pi_1',
    sessionId: 'cs_1',
    state: 'sold',
    seatsSold: 3,
    seatsReturned: 0,
    seatsByLedger: 3,
    refundedCents: 0,
    dispute: null,
    unresolved: [],
    dismissed: [],
    closed: [],
    decidedCents: [],
    ...given,
  }
}

const withoutSeat = { seatsSold: 0, seatsByLedger: 0 } as const
const refunded = { refundedCents: 300_000 }
const lost = { dispute: 'lost', lostCents: 100_000 } as const

test.each<[string, Partial<PaidSession>, Partial<PaymentRecord>, object]>([
  ['sold', {}, {}, { sold: 3, returned: 0, inExceptions: 0 }],
  [
    'partly returned',
    { refundedCents: 100_000 },
    { refundedCents: 100_000, seatsReturned: 1, seatsByLedger: 2 },
    { sold: 2, returned: 1, inExceptions: 0 },
  ],
  [
    'refunded before it could be sold',
    refunded,
    { ...refunded, ...withoutSeat, state: 'refunded' },
    { sold: 0, returned: 3, inExceptions: 0 },
  ],
  [
    'an exception that waits',
    {},
    { ...withoutSeat, state: 'exception', unresolved: ['no_seat'] },
    { sold: 0, returned: 0, inExceptions: 3 },
  ],
  [
    'an exception that was dismissed',
    {},
    { ...withoutSeat, state: 'dismissed', dismissed: ['no_seat'] },
    { sold: 0, returned: 0, inExceptions: 3 },
  ],
  [
    'an unclear refund that waits',
    { refundedCents: 15_000 },
    { refundedCents: 15_000, unresolved: ['unclear_refund'] },
    { sold: 3, returned: 0, inExceptions: 0 },
  ],
  [
    'an unclear refund of a payment that a person gave seats',
    { refundedCents: 15_000 },
    { refundedCents: 15_000, closed: ['no_seat'], decidedCents: [15_000] },
    { sold: 3, returned: 0, inExceptions: 0 },
  ],
  [
    'a seat given back for a lost dispute',
    lost,
    { dispute: 'lost', seatsReturned: 1, seatsByLedger: 2, closed: ['dispute_lost'] },
    { sold: 2, returned: 1, inExceptions: 0 },
  ],
  [
    'more refunded and lost than was paid',
    { ...lost, ...refunded },
    { ...refunded, dispute: 'lost', seatsReturned: 3, seatsByLedger: 0, closed: ['dispute_lost'] },
    { sold: 0, returned: 3, inExceptions: 0 },
  ],
  [
    'a failed refund whose seat was gone',
    {},
    { seatsReturned: 1, seatsByLedger: 2, unresolved: ['refund_failed'] },
    { sold: 2, returned: 1, inExceptions: 0 },
  ],
  [
    'an unclear refund after a failed one whose seats were gone',
    { refundedCents: 15_000 },
    { refundedCents: 15_000, seatsReturned: 3, seatsByLedger: 0, unresolved: ['refund_failed'] },
    { sold: 0, returned: 3, inExceptions: 0 },
  ],
])('%s: accounted for', (_, paid, record, tickets) => {
  const verdict = judge([aPaidSession(paid)], [aRecord(record)])
  expect(verdict).toMatchObject({ payments: 1, lost: 0, doubled: 0, differences: [] })
  expect(verdict.sold + verdict.exceptions).toBe(1)
  expect(verdict.tickets).toEqual({ paid: 3, ...tickets })
})

test.each<[string, Partial<PaidSession>, Partial<PaymentRecord>]>([
  ['nobody decided', {}, { ...withoutSeat, state: 'new' }],
  ['an exception that nobody was told of', {}, { ...withoutSeat, state: 'exception' }],
  ['refunded, but the money is ours', {}, { ...withoutSeat, state: 'refunded' }],
  ['fewer seats than were paid', {}, { seatsSold: 2, seatsByLedger: 2 }],
  ['not in the ledger', {}, { seatsByLedger: 0 }],
  ['a refund that we do not know of', refunded, {}],
  ['a seat given back for no money', {}, { seatsReturned: 1, seatsByLedger: 2 }],
  ['an unclear refund that nobody was told of', { refundedCents: 15_000 }, { refundedCents: 15_000 }],
  [
    'an unclear refund beside a failed one that owes no seat',
    { refundedCents: 115_000 },
    { refundedCents: 115_000, seatsReturned: 1, seatsByLedger: 2, unresolved: ['refund_failed'] },
  ],
  [
    'an unclear refund after a person had decided about another',
    { refundedCents: 25_000 },
    { refundedCents: 25_000, closed: ['no_seat'], decidedCents: [15_000] },
  ],
  ['a dispute that we do not know of', { dispute: 'open' }, {}],
  ['a lost dispute that nobody was told of', lost, { dispute: 'lost' }],
  [
    'a seat given back for a lost dispute that was dismissed',
    lost,
    { dispute: 'lost', seatsReturned: 1, seatsByLedger: 2, dismissed: ['dispute_lost'] },
  ],
])('%s: lost', (_, paid, record) => {
  expect(judge([aPaidSession(paid)], [aRecord(record)])).toMatchObject({ lost: 1, doubled: 0 })
})

test.each<[string, Partial<PaidSession>, Partial<PaymentRecord>]>([
  ['more seats than were paid', {}, { seatsSold: 4, seatsByLedger: 4 }],
  ['twice in the ledger', {}, { seatsByLedger: 6 }],
  ['seats kept though the money went back', refunded, refunded],
  ['a seat kept though it was given back', lost, { dispute: 'lost', closed: ['dispute_lost'] }],
])('%s: doubled', (_, paid, record) => {
  expect(judge([aPaidSession(paid)], [aRecord(record)])).toMatchObject({ lost: 0, doubled: 1 })
})

test('a payment that is not there is lost; a sale that nobody paid is doubled', () => {
  expect(judge([aPaidSession()], [])).toMatchObject({ payments: 1, sold: 0, lost: 1, doubled: 0 })
  expect(judge([], [aRecord()])).toMatchObject({ payments: 0, sold: 0, lost: 0, doubled: 1 })
  expect(judge([], [aRecord({ ...withoutSeat, state: 'new' })]).differences).toEqual([])
})
