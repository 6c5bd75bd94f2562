import type { Mutation } from './mutation'

export const idempotencyMutations: Mutation[] = [
  {
    name: 'an answer is forgotten where its request breaks down afterwards',
    edits: [
      {
        file: 'lib/idempotency/idempotency.ts',
        from: "        .where('answer', 'is', null)\n",
        to: '',
      },
    ],
    tests: ['tests/integration/housekeeping/doors.test.ts'],
  },
]
