import { type Mutation, testsIn } from './mutation'

const stripe = testsIn('integration/stripe')

export const queuesMutations: Mutation[] = [
  {
    name: 'a batch does not wait until the one before it has its locks',
    edits: [
      {
        file: 'worker/payments.ts',
        from: 'return batch.locking.mine',
        to: 'return Promise.resolve()',
      },
    ],
    tests: [stripe('late-payments')],
  },
  {
    name: 'a drain takes jobs that others have in hand',
    edits: [
      {
        file: 'lib/queues/locked-jobs.ts',
        from: 'limit ${most} for update skip locked`',
        to: 'limit ${most}`',
      },
    ],
    tests: [stripe('backlog')],
  },
  {
    name: 'a worker completes jobs that were taken over',
    edits: [
      {
        file: 'lib/queues/complete.ts',
        from: 'const attempts = jobs.map(({ id, retryCount }) => ({ id, retryCount }))',
        to: 'const attempts = jobs.map(({ id }) => id)',
      },
    ],
    tests: ['tests/integration/queues/complete.test.ts'],
  },
]
