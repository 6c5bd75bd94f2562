import { type Mutation, testsIn } from './mutation'

const inventory = testsIn('integration/inventory')
const rule = testsIn('unit/inventory')
const stripe = testsIn('integration/stripe')

export const inventoryMutations: Mutation[] = [
  {
    name: 'a payment that found no seat stays written as the sale that was expected',
    edits: [
      {
        file: 'lib/inventory/write.ts',
        from: '    if (unchanged && !payments.has(id)) payments.set(id, unchanged)\n',
        to: '    if (!unchanged) throw new Error(id)\n',
      },
    ],
    tests: [inventory('concurrency'), inventory('short-stock')],
  },
  {
    name: 'a hold lapses although its payment was accepted',
    edits: [
      {
        file: 'lib/inventory/overdue-sql.ts',
        from: '${overdue(alias)} and ${noPaymentWaits(alias)}`',
        to: '${overdue(alias)}`',
      },
    ],
    tests: [inventory('concurrency')],
  },
  {
    name: 'the sweep releases a hold although its payment was accepted',
    edits: [
      {
        file: 'lib/inventory/commands.ts',
        from: "|| (cause === 'expired' && sessionId == null)",
        to: '',
      },
    ],
    tests: ['tests/integration/checkout/sweep.test.ts'],
  },
  {
    name: 'a hold is given up although its payment was accepted',
    edits: [
      {
        file: 'lib/inventory/decide/holds.ts',
        from: 'if (isGivenUp(command) && state.competing.has(reservation.id)) return paymentOnItsWay()',
        to: '',
      },
    ],
    tests: ['tests/integration/checkout/release-hold.test.ts'],
  },
  {
    name: 'whoever opens the hidden seats of one city opens those of all',
    edits: [
      {
        file: 'lib/inventory/admin/sale-settings.ts',
        from: "app_now()` })\n      .where('city_id', '=', pool.cityId)\n",
        to: 'app_now()` })\n',
      },
    ],
    tests: [inventory('sale-settings')],
  },
  {
    name: 'whoever opens the hidden seats of one tier opens those of both',
    edits: [
      {
        file: 'lib/inventory/admin/sale-settings.ts',
        from: "app_now()` })\n      .where('city_id', '=', pool.cityId)\n      .where('tier', '=', pool.tier)\n",
        to: "app_now()` })\n      .where('city_id', '=', pool.cityId)\n",
      },
    ],
    tests: [inventory('sale-settings')],
  },
  {
    name: 'a sale is as old as what was last given back of it',
    edits: [
      {
        file: 'lib/inventory/write.ts',
        from: 'coalesce(p.sold_at, ${now}::timestamptz)',
        to: '${now}::timestamptz',
      },
    ],
    tests: [stripe('refunds')],
  },
  {
    name: 'a hold lapses before its payment takes it',
    edits: [
      {
        file: 'lib/inventory/execute.ts',
        from: 'overdue.filter((id) => !taken.has(id))',
        to: 'overdue.filter((id) => taken.size >= 0 && id)',
      },
    ],
    tests: [stripe('late-payments')],
  },
  {
    name: 'the limit of an email counts the seats of one tier alone',
    edits: [
      {
        file: 'lib/inventory/decide/hold-terms.ts',
        from: 'one.id !== command.extends || one.tier === command.tier',
        to: 'one.tier === command.tier',
      },
    ],
    tests: [rule('holds')],
  },
  {
    name: 'a private link counts the seats of all that are held',
    edits: [
      {
        file: 'lib/inventory/decide/links.ts',
        from: "one.linkId === link.id && (isLive(one) || one.status === 'sold')",
        to: "isLive(one) || one.status === 'sold'",
      },
    ],
    tests: [rule('private-links')],
  },
  {
    name: 'a private link reaches the hidden seats of another tier, too',
    edits: [
      {
        file: 'lib/inventory/decide/sales.ts',
        from: 'own && poolKey(own.pool) === poolKey(pool) ? own.reservation',
        to: 'own ? own.reservation',
      },
    ],
    tests: [rule('private-links')],
  },
  {
    name: 'a payment whose money is back opens what another one has bought',
    edits: [
      {
        file: 'lib/inventory/decide/ownership.ts',
        from: "if (!reservation || reservation.status === 'sold') return null",
        to: 'if (!reservation) return null',
      },
    ],
    tests: [rule('sales')],
  },
  {
    name: 'a group that was taken back leaves its reservation to the next one',
    edits: [
      {
        file: 'lib/inventory/draft.ts',
        from: 'if (value === undefined) this.current.delete(key)\n      else this.current.set(key, value)',
        to: 'if (value !== undefined) this.current.set(key, value)',
      },
    ],
    tests: [rule('groups')],
  },
]
