import type { Mutation } from './mutation'

export const housekeepingMutations: Mutation[] = [
  {
    name: 'a delivery whose job is lost passes for one of another alert',
    edits: [
      {
        file: 'lib/housekeeping/deliveries.ts',
        from: "            and job.data ->> 'alertId' = delivery.alert_id::text\n",
        to: '',
      },
    ],
    tests: ['tests/integration/alerts/died-while-sending.test.ts'],
  },
  {
    name: 'a delivery whose job is lost passes for one to somebody else',
    edits: [
      {
        file: 'lib/housekeeping/deliveries.ts',
        from: "            and job.data ->> 'target' = delivery.target\n",
        to: '',
      },
    ],
    tests: ['tests/integration/alerts/died-while-sending.test.ts'],
  },
]
