/** One guard taken away. Each `from` stands in its file exactly once. */
export interface Mutation {
  name: string
  edits: { file: string; from: string; to: string }[]
  /** Test files that should notice, the likeliest first. */
  tests: string[]
}

const inventory = (name: string) => `tests/integration/inventory/${name}.test.ts`
const stripe = (name: string) => `tests/integration/stripe/${name}.test.ts`

const lockPools = `    order by city_id, tier
    for update\`.execute(trx)`
const callLockPayments = `  const paymentRows = await lockPayments(trx, groups, options.furtherPayments)
`

export const mutations: Mutation[] = [
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
    name: 'no CHECK on the stock',
    edits: [
      {
        file: 'db/migrations/0001-initial.ts',
        from: 'check (sold >= 0 and held >= 0 and sold + held <= actual_limit)',
        to: 'check (true)',
      },
    ],
    tests: [inventory('last-line')],
  },
  {
    name: 'a session is no longer unique among payments',
    edits: [
      {
        file: 'db/migrations/0001-initial.ts',
        from: 'create unique index payments_session on',
        to: 'create index payments_session on',
      },
    ],
    tests: [inventory('last-line'), inventory('concurrency')],
  },
  {
    name: 'a payment intent is no longer unique among payments',
    edits: [
      {
        file: 'db/migrations/0001-initial.ts',
        from: 'create unique index payments_payment_intent on',
        to: 'create index payments_payment_intent on',
      },
    ],
    tests: [inventory('last-line')],
  },
  {
    name: 'a session is no longer unique among reservations',
    edits: [
      {
        file: 'db/migrations/0001-initial.ts',
        from: 'create unique index reservations_session on',
        to: 'create index reservations_session on',
      },
    ],
    tests: [inventory('last-line')],
  },
  {
    name: 'a ledger row’s place is no longer unique',
    edits: [
      {
        file: 'db/migrations/0001-initial.ts',
        from: 'unique (city_id, tier, sequence) include (sold_before, sold_after)',
        to: 'unique (city_id, tier, sequence, id) include (sold_before, sold_after)',
      },
    ],
    tests: [inventory('last-line')],
  },
  {
    name: 'an event is no longer unique',
    edits: [
      {
        file: 'db/migrations/0001-initial.ts',
        from: '     id text primary key check (length(id) between 1 and 255),\n     type text not null',
        to: '     id text not null check (length(id) between 1 and 255),\n     type text not null',
      },
      {
        file: 'lib/stripe/accept-event.ts',
        from: '      on conflict (id) do nothing\n',
        to: '',
      },
    ],
    tests: [stripe('same-news-twice'), stripe('refunds')],
  },
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
    name: 'a private link is revoked as often as it is asked for at once',
    edits: [{ file: 'lib/links/issue-link.ts', from: '            .forUpdate()\n', to: '' }],
    tests: ['tests/integration/links/links.test.ts'],
  },
  {
    name: 'a private link is issued for an archived city',
    edits: [
      {
        file: 'lib/links/issue-link.ts',
        from: "    .where('cities.archived_at', 'is', null)\n",
        to: '',
      },
    ],
    tests: ['tests/integration/links/links.test.ts'],
  },
  {
    name: 'one token that is used passes for the use of all',
    edits: [
      {
        file: 'lib/accounts/tokens/authenticate-bearer.ts',
        from: "    .where('id', '=', id)\n",
        to: '',
      },
    ],
    tests: ['tests/integration/accounts/tokens.test.ts'],
  },
  {
    name: 'a token is revoked as often as it is asked for at once',
    edits: [{ file: 'lib/accounts/tokens/tokens.ts', from: '          .forUpdate()\n', to: '' }],
    tests: ['tests/integration/accounts/tokens.test.ts'],
  },
  {
    name: 'a sale by payment intent and session counts as the same order sold twice',
    edits: [{ file: 'lib/stripe/background.ts', from: ' and other.id <> p.id', to: '' }],
    tests: [stripe('refunds-without-price')],
  },
  {
    name: 'a setting that is saved is written to all rows of settings',
    edits: [
      {
        file: 'lib/settings.ts',
        from: "      updated_by: describeActor(actor).label,\n    })\n    .where('key', '=', key)\n",
        to: '      updated_by: describeActor(actor).label,\n    })\n',
      },
    ],
    tests: ['tests/integration/settings.test.ts'],
  },
  {
    name: 'two who save a setting at once do not take turns',
    edits: [{ file: 'lib/settings.ts', from: '.forUpdate()', to: '' }],
    tests: ['tests/integration/settings.test.ts'],
  },
  {
    name: 'two who save the thresholds at once do not take turns',
    edits: [
      {
        file: 'lib/alerts/edit-thresholds.ts',
        from: "await sql`select pg_advisory_xact_lock(hashtextextended('alert thresholds', 0))`.execute(trx)",
        to: 'await sql`select 1`.execute(trx)',
      },
    ],
    tests: ['tests/integration/settings.test.ts'],
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
