import type { Mutation } from './mutation'

export const paymentsMutations: Mutation[] = [
  {
    name: 'seats are given to a payment whose refund is on its way',
    edits: [
      {
        file: 'lib/payments/exception-claims.ts',
        from: "if (found.isRefunding && resolution !== 'refund') return refundOnItsWay",
        to: '',
      },
      {
        file: 'lib/payments/exception-claims.ts',
        from: `when \${isRefunding} then \${resolution === 'refund'}`,
        to: 'when false then true',
      },
    ],
    tests: ['tests/integration/payments/refund-at-the-bank.test.ts'],
  },
  {
    name: 'what disputes took is read before the payment is locked',
    edits: [
      {
        file: 'lib/payments/resolve-restock.ts',
        from: 'await sql`select from payments where id = ${paymentId} for update`.execute(trx)',
        to: 'await sql`select from payments where id = ${paymentId}`.execute(trx)',
      },
    ],
    tests: ['tests/integration/payments/resolve-restock.test.ts'],
  },
  {
    name: 'a payment that was sold in the same batch is an exception without a seat',
    edits: [
      {
        file: 'lib/payment-records/exceptions.ts',
        from: 'where sold.id = new.payment_id and sold.seats_sold > 0',
        to: 'where sold.id = new.payment_id and sold.seats_sold < 0',
      },
    ],
    tests: ['tests/integration/payments/exceptions.test.ts'],
  },
  {
    name: 'of news that is worked together the last tells of a refund',
    edits: [
      {
        file: 'lib/payment-records/refund-rows.ts',
        from: 'rank[known.status] <= rank[refund.status]',
        to: 'rank[refund.status] >= 0',
      },
    ],
    tests: ['tests/integration/stripe/refunds.test.ts'],
  },
  {
    name: 'a refund counts as made although it failed meanwhile',
    edits: [
      {
        file: 'lib/payments/resolve-refund.ts',
        from: '!isSettled || !paid || !isRefundedInFull(paid)',
        to: '!isSettled || !paid',
      },
    ],
    tests: ['tests/integration/payments/refund-at-the-bank.test.ts'],
  },
]
