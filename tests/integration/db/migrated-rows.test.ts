import pg from 'pg'
import { expect, test } from 'vitest'
import { release } from '@/lib/release'
import { oldDatabase } from '@/tests/support/old-database'

/** What migrations make of rows that a release before has written. */

test('payments that were disputed more than once show the worst of what is known, as those to come will', async () => {
  const old = await oldDatabase('0014-payments-that-wait')
  const client = new pg.Client({ connectionString: old.ownerUrl })
  await client.connect()
  const payment = (id: string, dispute: string | null) =>
    client.query(
      `insert into payments (id, payment_intent_id, dispute, updated_at) values ($1, 'pi_' || $1, $2, '2026-01-01')`,
      [id, dispute],
    )
  let events = 0
  const told = (
    id: string,
    type: 'created' | 'closed',
    facts: { disputeId: string; status: string } | null,
  ) =>
    client.query(
      `insert into stripe_events (id, type, livemode, created_at, payment_intent_id, facts)
       values ($1, $2, false, now(), $3, $4)`,
      [`evt_${++events}`, `charge.dispute.${type}`, `pi_${id}`, facts],
    )
  const opened = (id: string, disputeId: string) =>
    told(id, 'created', { disputeId, status: 'needs_response' })
  const closed = (id: string, disputeId: string, status: 'won' | 'lost') =>
    told(id, 'closed', { disputeId, status })
  const lostOnRecord = (id: string) =>
    client.query(`insert into payment_exceptions (payment_id, kind) values ($1, 'dispute_lost')`, [id])
  try {
    await payment('lost, then won', 'won')
    await closed('lost, then won', 'A', 'lost')
    await closed('lost, then won', 'B', 'won')
    await payment('won while open', 'won')
    await opened('won while open', 'A')
    await opened('won while open', 'B')
    await closed('won while open', 'B', 'won')
    await payment('lost while open', 'lost')
    await lostOnRecord('lost while open')
    await closed('lost while open', 'A', 'lost')
    await opened('lost while open', 'B')
    await payment('lost long ago, then won', 'won')
    await lostOnRecord('lost long ago, then won')
    await closed('lost long ago, then won', 'B', 'won')
    await payment('lost and won long ago', 'won')
    await lostOnRecord('lost and won long ago')
    await told('lost and won long ago', 'closed', null)
    const right = { won: 'won', lost: 'lost', open: 'open', 'won long ago': 'won', 'open long ago': 'open' }
    for (const [id, dispute] of Object.entries(right)) await payment(id, dispute)
    await payment('never', null)
    await opened('never', 'of a shop that is not ours')
    await closed('won', 'A', 'won')
    await closed('lost', 'A', 'lost')
    await opened('open', 'A')
    await told('won long ago', 'closed', null)
    await told('open long ago', 'created', null)
    await lostOnRecord('open long ago')
    await release(old)
    const { rows } = await client.query<{ id: string; dispute: string | null; is_changed: boolean }>(
      `select id, dispute, updated_at > '2026-01-01' as is_changed from payments`,
    )
    const those = (isChanged: boolean) =>
      Object.fromEntries(
        rows.filter((row) => row.is_changed === isChanged).map(({ id, dispute }) => [id, dispute]),
      )
    expect(those(true)).toEqual({
      'lost, then won': 'lost',
      'won while open': 'open',
      'lost while open': 'open',
      'lost long ago, then won': 'lost',
      'lost and won long ago': 'lost',
    })
    expect(those(false)).toEqual({ ...right, never: null })
    const { rows: left } = await client.query(`select to_regclass('payments_disputed') as index`)
    expect(left).toEqual([{ index: null }])
  } finally {
    await client.end()
    await old.drop()
  }
})

test('disputes that were lost while an exception about an earlier one waited belong to it, though the release before only told of them', async () => {
  const old = await oldDatabase('0016-kept-by-changing')
  const client = new pg.Client({ connectionString: old.ownerUrl })
  await client.connect()
  const lostOnRecord = (disputeId: string, at: string, resolution: string | null = null) =>
    client.query(
      `insert into payment_exceptions (payment_id, kind, amount_cents, detail, created_at, state, resolution)
       values ('disputed', 'dispute_lost', 100000, 'Dispute ' || $1 || ' was lost', $2, $3, $4)`,
      [disputeId, at, resolution === null ? 'open' : 'resolved', resolution],
    )
  let events = 0
  const closed = (disputeId: string, status: 'won' | 'lost', at: string | null) =>
    client.query(
      `insert into stripe_events (id, type, livemode, created_at, payment_intent_id, facts, processed_at, state)
       values ($1, 'charge.dispute.closed', false, now(), 'pi', $2, $3::timestamptz,
         case when $3::timestamptz is null then 'received' else 'processed' end)`,
      [`evt_${++events}`, { disputeId, status, amount: 1_000 * events }, at],
    )
  try {
    await client.query(`insert into payments (id, payment_intent_id) values ('disputed', 'pi')`)
    await closed('A', 'lost', '2026-01-01')
    await lostOnRecord('A', '2026-01-01', 'dismissed')
    await closed('told with A', 'lost', '2026-01-02')
    await closed('C', 'lost', '2026-01-04')
    await lostOnRecord('C', '2026-01-04')
    await closed('A', 'lost', '2026-01-05')
    await closed('told with C', 'lost', '2026-01-05')
    await closed('told with C', 'lost', '2026-01-06')
    await closed('won', 'won', '2026-01-06')
    await closed('yet to be told', 'lost', null)
    await release(old)
    const { rows } = await client.query('select detail, further_disputes from payment_exceptions order by id')
    expect(rows).toEqual([
      { detail: 'Dispute A was lost', further_disputes: {} },
      { detail: 'Dispute C was lost', further_disputes: { 'told with C': 6_000 } },
    ])
  } finally {
    await client.end()
    await old.drop()
  }
})

test('a dispute that was left behind where its money went to a sale is open there alone', async () => {
  const old = await oldDatabase('0017-seats-of-lost-disputes')
  const client = new pg.Client({ connectionString: old.ownerUrl })
  await client.connect()
  try {
    await client.query(
      `insert into payments (id, payment_intent_id, state, dispute)
       values ('pi', null, 'dismissed', 'open'), ('cs', 'pi', 'new', 'open'), ('other', 'other', 'new', null)`,
    )
    await release(old)
    const { rows } = await client.query('select id, dispute from payments order by id')
    expect(rows).toEqual([
      { id: 'cs', dispute: 'open' },
      { id: 'other', dispute: null },
      { id: 'pi', dispute: null },
    ])
  } finally {
    await client.end()
    await old.drop()
  }
})

test('payments that were given another number of seats than they were for say so, as far as their exceptions know', async () => {
  const old = await oldDatabase('0019-seats-by-pool')
  const client = new pg.Client({ connectionString: old.ownerUrl })
  await client.connect()
  const given = async (
    id: string,
    seats: number,
    ...exceptions: [kind: string, quantity: number | null, how: string][]
  ) => {
    await client.query(
      `insert into payments (id, payment_intent_id, state, city_id, tier, epoch, seats_sold)
       values ($1, $1, 'sold', 'dallas-jan-2026', 'ga', 0, $2)`,
      [id, seats],
    )
    for (const exception of exceptions)
      await client.query(
        `insert into payment_exceptions (payment_id, kind, quantity, state, resolution)
         values ($1, $2, $3, 'resolved', $4)`,
        [id, ...exception],
      )
  }
  try {
    await given('two of four', 2, ['no_seat', 4, 'assigned'], ['unclear_refund', 2, 'dismissed'])
    await given('elsewhere', 3, ['unknown_city', 1, 'assigned'])
    await given('as many', 2, ['no_seat', 2, 'assigned'])
    await given('unreadable', 2, ['unreadable', null, 'assigned'])
    await given('ordinary', 2)
    await release(old)
    const { rows } = await client.query(
      'select id, seats_paid from payments where seats_paid is not null order by id',
    )
    expect(rows).toEqual([
      { id: 'elsewhere', seats_paid: 1 },
      { id: 'two of four', seats_paid: 4 },
    ])
  } finally {
    await client.end()
    await old.drop()
  }
})
