import type { Mutation } from './mutation'

export const checkoutMutations: Mutation[] = [
  {
    name: 'a hold takes another page than its first',
    edits: [
      {
        file: 'lib/checkout/reservations.ts',
        from: "    .where((eb) => eb.or([eb('session_id', 'is', null), eb('session_id', '=', session.id)]))\n",
        to: '',
      },
    ],
    tests: ['tests/integration/checkout/start.test.ts'],
  },
  {
    name: 'seats that a change holds beside an order are taken for the order',
    edits: [
      {
        file: 'lib/checkout/reservations.ts',
        from: "and status = 'held' and extends is null\n",
        to: "and status = 'held'\n",
      },
    ],
    tests: ['tests/integration/checkout/change-broken-off.test.ts'],
  },
  {
    name: 'a change that is refused at last keeps the seats beyond the old ones',
    edits: [
      {
        file: 'lib/checkout/change-checkout.ts',
        from: '  await dropExtra()\n  return isDoubleClick(refused)',
        to: '  return isDoubleClick(refused)',
      },
    ],
    tests: ['tests/integration/checkout/change-broken-off.test.ts'],
  },
  {
    name: 'a change that is refused at last keeps the old seats, whose page is closed',
    edits: [
      {
        file: 'lib/checkout/change-checkout.ts',
        from: "  await releaseReservation(old.id, 'changed')\n",
        to: '',
      },
    ],
    tests: ['tests/integration/checkout/change-broken-off.test.ts'],
  },
  {
    name: 'whoever begins to close one page takes the lease of every hold',
    edits: [
      {
        file: 'lib/checkout/reservations.ts',
        from: "where id = ${id} and status = 'held'`.execute",
        to: "where status = 'held'`.execute",
      },
    ],
    tests: ['tests/integration/checkout/cancel.test.ts'],
  },
]
