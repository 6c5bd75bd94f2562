import { type Mutation, testsIn } from './mutation'

const stripe = testsIn('integration/stripe')

export const stripeMutations: Mutation[] = [
  {
    name: 'an event that is known is an error when it comes again',
    edits: [
      {
        file: 'lib/stripe/accept-event.ts',
        from: '      on conflict (id) do nothing\n',
        to: '',
      },
    ],
    tests: [stripe('same-news-twice')],
  },
  {
    name: 'an event is applied whatever its row says',
    edits: [
      {
        file: 'lib/stripe/apply-events.ts',
        from: "where e.id = expected.id and e.state = 'received'",
        to: 'where e.id = expected.id',
      },
      {
        file: 'lib/stripe/apply-events.ts',
        from: "and state = 'received'\n      order by id for update",
        to: '\n      order by id for update',
      },
    ],
    tests: [stripe('same-news-twice'), stripe('refunds')],
  },
  {
    name: 'an event that sells nothing is not locked',
    edits: [
      {
        file: 'lib/stripe/apply-events.ts',
        from: "and state = 'received'\n      order by id for update`",
        to: "and state = 'received'\n      order by id`",
      },
    ],
    tests: [stripe('same-news-twice')],
  },
  {
    name: 'a worker applies events although their jobs were taken over',
    edits: [
      {
        file: 'lib/stripe/apply-events.ts',
        from: 'plans.filter((plan) => claimed.has(plan.news.key))',
        to: 'plans.filter((plan) => claimed.size >= 0 && plan)',
      },
    ],
    tests: [stripe('same-news-twice')],
  },
  {
    name: 'a sale by payment intent and session counts as the same order sold twice',
    edits: [{ file: 'lib/stripe/background.ts', from: ' and other.id <> p.id', to: '' }],
    tests: [stripe('refunds-without-price')],
  },
  {
    name: 'a sale that was taken back still counts as the same order sold twice',
    edits: [{ file: 'lib/stripe/background.ts', from: ' and other.seats_sold > 0', to: '' }],
    tests: [stripe('refunds-without-price')],
  },
  {
    name: 'money that went back is not given an hour to find its sale',
    edits: [
      {
        file: 'lib/stripe/parked-payments.ts',
        from: ' and p.created_at <= app_now() - make_interval(mins => ${waitMinutes})\n',
        to: ' and ${waitMinutes} > 0\n',
      },
    ],
    tests: [stripe('reconcile-refunds')],
  },
  {
    name: 'the news of a failed debit ends a payment that was sold',
    edits: [
      {
        file: 'lib/stripe/payment-marks.ts',
        from: "any(${failed}::text[]) and state in ('new', 'awaiting')`",
        to: 'any(${failed}::text[])`',
      },
    ],
    tests: [stripe('any-order')],
  },
  {
    name: 'an unclear refund is forgotten where its sale comes behind it',
    edits: [
      {
        file: 'lib/stripe/verdict.ts',
        from: 'payment.refundedCents > 0 ? verdictOfRefund',
        to: 'payment.refundedCents < 0 ? verdictOfRefund',
      },
    ],
    tests: [stripe('refunds')],
  },
  {
    name: 'money back of an unknown payment is settled by the next news of it',
    edits: [
      {
        file: 'lib/stripe/verdict.ts',
        from: "(outcome.code === 'already_settled' && fitting(payment))",
        to: 'fitting(payment)',
      },
    ],
    tests: [stripe('reconcile-refunds')],
  },
  {
    name: 'a refund gives seats back of either sale of an order sold twice',
    edits: [
      { file: 'lib/stripe/plan.ts', from: 'isSoldTwice ? null : {', to: 'isSoldTwice && false ? null : {' },
    ],
    tests: [stripe('refunds-without-price')],
  },
]
