import { type Mutation, testsIn } from './mutation'

const inventory = testsIn('integration/inventory')
const stripe = testsIn('integration/stripe')

export const dbMutations: Mutation[] = [
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
]
