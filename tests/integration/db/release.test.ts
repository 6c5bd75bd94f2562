import pg from 'pg'
import { afterAll, afterEach, describe, expect, inject, test, vi } from 'vitest'
import { createDatabase } from '@/db/client'
import { roleNames } from '@/db/embedded-roles'
import { migrations } from '@/db/migrations'
import { defaultThresholds } from '@/lib/alerts/thresholds'
import { release } from '@/lib/release'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { oldDatabase } from '@/tests/support/old-database'
import { createEmptyDatabase } from '@/tests/support/template'
import { until } from '@/tests/support/until'

const database = await createTestDatabase()
afterAll(() => database.drop())
afterEach(() => vi.unstubAllEnvs())

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
