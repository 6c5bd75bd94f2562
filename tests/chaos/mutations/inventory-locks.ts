import { type Mutation, testsIn } from './mutation'

const inventory = testsIn('integration/inventory')

const lockPools = `    order by city_id, tier
    for update\`.execute(trx)`
const callLockPayments = `  const paymentRows = await lockPayments(trx, groups, options.furtherPayments)
`

export const inventoryLockMutations: Mutation[] = [
  {
    name: 'no lock on the stock rows',
    edits: [
      {
        file: 'lib/inventory/lock/turns-and-pools.ts',
        from: lockPools,
        to: '    order by city_id, tier`.execute(trx)',
      },
    ],
    tests: [inventory('concurrency'), inventory('race')],
  },
  {
    name: 'the stock is locked and read by one statement',
    edits: [
      {
        file: 'lib/inventory/lock/turns-and-pools.ts',
        from: lockPools,
        to: '    order by city_id, tier`.execute(trx)',
      },
      {
        file: 'lib/inventory/lock/stock-rows.ts',
        from: '    select app_now() as now, c.id as city_id',
        to: `    with locked as (
      select 1 from inventory where (city_id, tier) in (\${selectWanted(wanted)})
      order by city_id, tier for update)
    select (select count(*) from locked), app_now() as now, c.id as city_id`,
      },
    ],
    tests: [inventory('concurrency'), inventory('race')],
  },
  {
    name: 'stock rows are locked in the order of the commands',
    edits: [
      {
        file: 'lib/inventory/lock/turns-and-pools.ts',
        from: '  return sql<PoolId>`',
        to: `  for (const pool of wanted.named.slice(1)) await lockPools(trx, { named: [pool] })
  return sql<PoolId>\``,
      },
    ],
    tests: [inventory('concurrency'), inventory('race')],
  },
  {
    name: 'stock rows are locked before the payments',
    edits: [
      {
        file: 'lib/inventory/lock/lock-state.ts',
        from: callLockPayments,
        to: `  await lockPools(trx, { named: [...poolsNamed(commands).values()] })\n${callLockPayments}`,
      },
    ],
    tests: [inventory('payments-before-stock'), inventory('race')],
  },
  {
    name: 'no lock on the payments',
    edits: [
      {
        file: 'lib/inventory/lock/lock-payment-rows.ts',
        from: '    order by id\n    for update`.execute(trx)',
        to: '    order by id`.execute(trx)',
      },
    ],
    tests: [inventory('payments-are-locked'), inventory('race')],
  },
  {
    name: 'no lock on the reservations',
    edits: [
      {
        file: 'lib/inventory/lock/reservation-rows.ts',
        from: '    order by r.id\n    for update`.execute(trx)',
        to: '    order by r.id`.execute(trx)',
      },
    ],
    tests: [inventory('locks-before-reading')],
  },
  {
    name: 'no lock on the private links',
    edits: [
      {
        file: 'lib/inventory/lock/link-rows.ts',
        from: 'order by id for update`.execute',
        to: 'order by id`.execute',
      },
    ],
    tests: [inventory('locks-before-reading')],
  },
  {
    name: 'a stock row that was read and not locked is written all the same',
    edits: [
      {
        file: 'lib/inventory/lock/lock-state.ts',
        from: 'if (![...state.pools.values()].every((pool) => pools.has(poolKey(pool)))) throw new StockMoved()',
        to: 'if (pools.size < 0) throw new StockMoved()',
      },
    ],
    tests: [inventory('locks-before-reading')],
  },
  {
    name: 'buyers do not take turns',
    edits: [
      {
        file: 'lib/inventory/lock/turns-and-pools.ts',
        from: '  if (names.size === 0) return\n',
        to: '  if (names.size >= 0) return\n',
      },
    ],
    tests: [inventory('buyers-take-turns')],
  },
  {
    name: 'a reset and an undo do not take turns',
    edits: [
      {
        file: 'lib/inventory/lock/turns-and-pools.ts',
        from: "if (command.type === 'reset' || command.type === 'undo-reset') names.add(`resets ${command.cityId}`)\n",
        to: '',
      },
    ],
    tests: [inventory('locks-before-reading')],
  },
  {
    name: 'a debit and a sale by the same unknown name do not take turns',
    edits: [
      {
        file: 'lib/inventory/lock/turns-and-pools.ts',
        from: '    if (named !== null) names.add(`order ${named}`)\n',
        to: '',
      },
    ],
    tests: [inventory('late-commits')],
  },
  {
    name: 'a private link counts what others paid for its reservations',
    edits: [
      {
        file: 'lib/inventory/lock/link-rows.ts',
        from: 'on p.reservation_id = r.id and p.session_id = r.session_id',
        to: 'on p.reservation_id = r.id',
      },
    ],
    tests: ['tests/integration/links/links.test.ts'],
  },
  {
    name: 'a reservation is sold by its name although the payment of its page waits',
    edits: [
      {
        file: 'lib/inventory/lock/read-competing.ts',
        from: '(r.session_id is null or r.session_id = p.session_id)',
        to: 'r.session_id is null',
      },
    ],
    tests: [inventory('sold-through-the-library')],
  },
  {
    name: 'the debit of another page keeps a reservation from being sold',
    edits: [
      {
        file: 'lib/inventory/lock/read-competing.ts',
        from: '\n      and (r.session_id is null or r.session_id = p.session_id)',
        to: '',
      },
    ],
    tests: [inventory('sold-through-the-library')],
  },
  {
    name: 'a payment that failed keeps its reservation from being sold',
    edits: [
      {
        file: 'lib/inventory/lock/read-competing.ts',
        from: "(p.state in ('awaiting', 'exception')\n        or p.seats_sold > 0 and",
        to: '(p.seats_sold = 0\n        or p.seats_sold > 0 and',
      },
    ],
    tests: [inventory('sold-through-the-library')],
  },
  {
    name: 'a session whose row was just taken by another one does not start anew',
    edits: [
      {
        file: 'lib/inventory/lock/lock-payments.ts',
        from: '  if (references.some((reference) => !rowOf(reference))) throw new StockMoved()\n',
        to: '  if (references.length < 0) throw new StockMoved()\n',
      },
    ],
    tests: [inventory('sold-through-the-library')],
  },
  {
    name: 'another page’s session pays for what the library sold by a name',
    edits: [
      {
        file: 'lib/inventory/lock/insert-payments.ts',
        from: 'select paged.session_id = new.session_id from',
        to: 'select true from',
      },
    ],
    tests: ['tests/integration/stripe/reconcile.test.ts'],
  },
]
