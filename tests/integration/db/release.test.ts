import pg from 'pg'
import { afterAll, afterEach, describe, expect, inject, test, vi } from 'vitest'
import { createDatabase } from '@/db/client'
import { roleNames } from '@/db/embedded-roles'
import { migrate } from '@/db/migrate'
import { migrations } from '@/db/migrations'
import { defaultThresholds } from '@/lib/alerts/thresholds'
import { release } from '@/lib/release'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { createEmptyDatabase } from '@/tests/support/template'
import { until } from '@/tests/support/until'

const database = await createTestDatabase()
afterAll(() => database.drop())
afterEach(() => vi.unstubAllEnvs())

/** A database as the migrations up to and with this one have left it. */
async function oldDatabase(migration: string) {
  const old = await createEmptyDatabase(inject('cluster'))
  const db = createDatabase({ connectionString: old.ownerUrl, max: 1, applicationName: 'old' })
  await migrate(db, { to: migration })
  await db.destroy()
  return old
}

test('a release may be repeated, also three times at once, and then changes nothing', async () => {
  const before = await counts()
  const results = await Promise.all([1, 2, 3].map(() => release(database)))
  expect(results.map(({ migrations }) => migrations)).toEqual([[], [], []])
  expect(await counts()).toEqual(before)
})

test('a new database gets the default thresholds; the next release leaves an admin theirs, none at all included', async () => {
  const db = createDatabase({ connectionString: database.ownerUrl, max: 1, applicationName: 'test' })
  try {
    const thresholds = () =>
      db.selectFrom('alert_thresholds').selectAll().orderBy('tier').orderBy('remaining', 'desc').execute()
    expect(await thresholds()).toEqual(defaultThresholds)
    await db.deleteFrom('alert_thresholds').execute()
    await release(database)
    expect(await thresholds()).toEqual([])
  } finally {
    await db.destroy()
  }
})

test('the release before this one, with a sale under way, is brought up to date and keeps its rows', async () => {
  const [previous = '', newest = ''] = Object.keys(migrations).sort().slice(-2)
  const old = await oldDatabase(previous)
  const client = new pg.Client({ connectionString: old.ownerUrl })
  await client.connect()
  try {
    await client.query(`
      insert into cities (id, name, time_zone, starts_on, ends_on)
      values ('old-town', 'Old Town', 'America/Chicago', '2026-12-01', '2026-12-02');
      insert into inventory (city_id, tier, public_limit, actual_limit, held) values ('old-town', 'ga', 35, 40, 2);
      insert into reservations (id, city_id, tier, quantity, status, epoch, created_at, expires_at, lapses_at)
      values ('held', 'old-town', 'ga', 2, 'held', 0, now(), now() + interval '15 minutes', now() + interval '41 minutes')`)
    expect((await release(old)).migrations).toEqual([newest])
    const { rows } = await client.query(
      `select i.actual_limit as seats, i.held, r.status from inventory i join reservations r using (city_id, tier)`,
    )
    expect(rows).toEqual([{ seats: 40, held: 2, status: 'held' }])
  } finally {
    await client.end()
    await old.drop()
  }
})

describe('a database of a later version', () => {
  const [previous = '', newest = ''] = Object.keys(migrations).sort().slice(-2)

  /** As the code is that knows all migrations but this one. */
  async function releaseWithout(migration: string, target: TestDatabase) {
    const { [migration]: taken } = migrations
    if (!taken) throw new Error(`There is no migration ${migration}`)
    delete migrations[migration]
    try {
      return await release(target)
    } finally {
      migrations[migration] = taken
    }
  }

  test('has nothing to apply for the version before, which can be released on it', async () => {
    const before = await counts()
    expect(await releaseWithout(newest, database)).toEqual({ migrations: [], later: [newest] })
    expect(await counts()).toEqual(before)
    expect(await release(database)).toEqual({ migrations: [], later: [] })
  })

  test('is not what lacks a migration of this one, or has one that is not later', async () => {
    await expect(releaseWithout(previous, database)).rejects.toThrow(previous)
    const lacking = await oldDatabase(previous)
    try {
      const client = new pg.Client({ connectionString: lacking.ownerUrl })
      await client.connect()
      await client.query(`insert into kysely_migration values ('9999-later', '2100-01-01T00:00:00.000Z')`)
      await client.end()
      await expect(release(lacking)).rejects.toThrow('9999-later')
    } finally {
      await lacking.drop()
    }
  })
})

test('a table that somebody reads for longer than a lock is waited for keeps no release from its end', async () => {
  const old = await oldDatabase('0011-what-alerts-are-about')
  const reader = new pg.Client({ connectionString: old.ownerUrl })
  const observer = new pg.Client({ connectionString: old.ownerUrl })
  await Promise.all([reader.connect(), observer.connect()])
  const isWaitedFor = async () => {
    const waiting = `select from pg_stat_activity
      where datname = current_database() and application_name = '6fb-release' and wait_event = 'relation'`
    return (await observer.query(waiting)).rowCount === 1
  }
  const readUntilRefused = async () => {
    await until(isWaitedFor)
    await until(async () => !(await isWaitedFor()))
    await reader.query('rollback')
  }
  try {
    await reader.query('begin; lock table audit_checkpoints in access share mode')
    const [released] = await Promise.all([release({ ...old, lockPauseMs: 1_000 }), readUntilRefused()])
    expect(released.migrations).toContain('0012-verified-stays')
  } finally {
    await Promise.all([reader.end(), observer.end()])
    await old.drop()
  }
})

test('an index of a table that a running shop writes to is built beside its writers, by two releases at once as well', async () => {
  const old = await oldDatabase('0012-verified-stays')
  const writer = new pg.Client({ connectionString: old.ownerUrl })
  const observer = new pg.Client({ connectionString: old.ownerUrl })
  await Promise.all([writer.connect(), observer.connect()])
  const accept = (client: pg.Client, id: string) =>
    client.query(
      `insert into stripe_events (id, type, livemode, created_at) values ($1, 'charge.refunded', false, now())`,
      [id],
    )
  const isBuilding = async () => {
    const building = `select from pg_stat_progress_create_index where datname = current_database()
      and phase like 'waiting for%'`
    return (await observer.query(building)).rowCount === 1
  }
  try {
    await writer.query('begin')
    await accept(writer, 'evt_before')
    const releases = Promise.all([release(old), release(old)])
    await until(isBuilding)
    await observer.query(`set lock_timeout = '2s'`)
    await accept(observer, 'evt_meanwhile')
    await writer.query('commit')
    const applied = (await releases).flatMap((result) => result.migrations)
    expect(applied).toContain('0013-events-that-wait')
    expect(await indexesOf(observer, 'stripe_events_by_waiting', 'payments_by_waiting')).toEqual([true, true])
  } finally {
    await Promise.all([writer.end(), observer.end()])
    await old.drop()
  }
})

test('an index that a release before has left unfinished is made anew', async () => {
  const old = await oldDatabase('0013-events-that-wait')
  const client = new pg.Client({ connectionString: inject('cluster').superuser + old.name })
  await client.connect()
  try {
    await client.query('create index payments_by_waiting on payments (created_at)')
    await client.query(
      `update pg_index set indisvalid = false where indexrelid = 'payments_by_waiting'::regclass`,
    )
    await release(old)
    expect(await indexesOf(client, 'payments_by_waiting')).toEqual([true])
    const { rows } = await client.query(`select pg_get_indexdef('payments_by_waiting'::regclass) as text`)
    expect(rows).toEqual([{ text: expect.stringContaining('infinity') as string }])
  } finally {
    await client.end()
    await old.drop()
  }
})

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

test('a migration may take as long as a large table needs, but not wait for a lock for long', async () => {
  const empty = await createEmptyDatabase(inject('cluster'))
  const client = new pg.Client({ connectionString: inject('cluster').superuser + empty.name })
  await client.connect()
  try {
    await client.query(`
      create schema noted;
      create table noted.limits (statement text, lock text);
      create function noted.note_limits() returns event_trigger language plpgsql security definer as $$ begin
        insert into noted.limits select current_setting('statement_timeout'), current_setting('lock_timeout')
          from pg_event_trigger_ddl_commands() where object_identity like '%.payments_by_%'; end $$;
      create event trigger note_limits on ddl_command_end when tag in ('CREATE INDEX')
        execute function noted.note_limits()`)
    await release(empty)
    const { rows } = await client.query('select distinct statement, lock from noted.limits')
    expect(rows).toEqual([{ statement: '0', lock: '5s' }])
  } finally {
    await client.end()
    await empty.drop()
  }
})

test('the rights go to the role that the application connects as, also when its address names none', async () => {
  const empty = await createEmptyDatabase(inject('cluster'))
  const withoutUser = new URL(empty.appUrl)
  withoutUser.username = ''
  vi.stubEnv('PGUSER', roleNames.app)
  await release({ ownerUrl: empty.ownerUrl, appUrl: withoutUser.href })
  const client = new pg.Client({ connectionString: empty.appUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from cities')
    expect(rowCount).toBeGreaterThan(0)
    expect((await client.query('select from pgboss.job')).rowCount).toBe(0)
  } finally {
    await client.end()
    await empty.drop()
  }
})

/** Whether each index can be used. */
async function indexesOf(client: pg.Client, ...names: string[]): Promise<boolean[]> {
  const { rows } = await client.query<{ indisvalid: boolean }>(
    `select indisvalid from pg_index where indexrelid = any($1::text[]::regclass[])`,
    [names],
  )
  return rows.map(({ indisvalid }) => indisvalid)
}

async function counts(): Promise<unknown> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  const { rows } = await client.query(
    `SELECT (SELECT count(*) FROM cities) AS cities, (SELECT count(*) FROM prices) AS prices,
       (SELECT count(*) FROM inventory_transactions) AS ledger, (SELECT count(*) FROM alert_thresholds) AS thresholds,
       (SELECT sum(actual_limit) FROM inventory) AS seats`,
  )
  await client.end()
  return rows
}
