import { beforeEach, expect, test } from 'vitest'
import { factsRetentionDays, forgetFacts } from '@/lib/housekeeping/retention'
import { readsOf, recordedDatabase } from '@/tests/support/plans'

/** 60,000 events of the last 200 days, of which nothing has been forgotten yet; 130 at a time. */
const database = recordedDatabase(async (owner) => {
  await owner.query(`
    insert into stripe_events (id, type, state, livemode, facts, created_at, received_at)
    select 'evt_' || n, 'charge.refunded', 'processed', false, '{"kind":"charge"}', at, at
    from generate_series(0, 59999) n
    cross join lateral (select app_now() - interval '200 days' * (1 - n / 130 * 130 / 60000.0) as at) came`)
  await owner.query('vacuum analyze stripe_events')
})
const forget = () => forgetFacts(database.recording.connection)

async function due(): Promise<number> {
  const [row] = await database.owner.query<{ due: number }>(
    `select count(*)::int as due from stripe_events where state <> 'received' and facts is not null
       and received_at < app_now() - make_interval(days => $1)`,
    [factsRetentionDays],
  )
  return row?.due ?? NaN
}

const anEvent = (id: string, state: 'received' | 'processed', daysAgo: number) =>
  database.owner.query(
    `insert into stripe_events (id, type, state, livemode, facts, created_at, received_at)
     select $1, 'charge.refunded', $2, false, '{"kind":"charge"}', at, at
     from (select app_now() - make_interval(days => $3) as at) came`,
    [id, state, daysAgo],
  )

const shift = (interval: string) =>
  database.owner.query('update app_clock set shift = shift + $1::interval', [interval])

beforeEach(async () => {
  await forget()
  expect(await due()).toBe(0)
})

test('more than one statement takes are forgotten in one run', async () => {
  await shift('20 days')
  const came = await due()
  expect(came).toBeGreaterThan(5_000)
  expect(await forget()).toEqual({ read: came, forgotten: came })
})

test('what was forgotten is not read again, only what has come due since', async () => {
  expect(await forget()).toEqual({ read: 0, forgotten: 0 })
  await shift('1 day')
  // One day of two hundred.
  const came = await due()
  expect(came).toBeGreaterThan(0)
  expect(came).toBeLessThan(1_000)
  expect(await forget()).toEqual({ read: came, forgotten: came })
  expect(await forget()).toEqual({ read: 0, forgotten: 0 })
})

test('goes on by an index', async () => {
  database.recording.statements.length = 0
  await forget()
  const reads = (await readsOf(database.recording, database.owner)).filter(
    ({ table, index }) => table === 'stripe_events' || index?.startsWith('stripe_events'),
  )
  expect(reads.map(({ index }) => index)).toEqual(['stripe_events_by_time'])
})

test('an event that waits when its time comes is forgotten once it no longer does', async () => {
  await anEvent('evt_stuck', 'received', factsRetentionDays)
  await anEvent('evt_after', 'processed', factsRetentionDays)
  await shift('1 hour')
  await forget()
  const left = () =>
    database.owner.query(
      `select id from stripe_events where id in ('evt_stuck', 'evt_after') and facts is not null`,
    )
  expect(await left()).toEqual([{ id: 'evt_stuck' }])
  await forget()
  expect(await left()).toEqual([{ id: 'evt_stuck' }])
  await database.owner.query(`update stripe_events set state = 'processed' where id = 'evt_stuck'`)
  expect(await forget()).toEqual({ read: 0, forgotten: 1 })
  expect(await left()).toEqual([])
})

test('two runs at once forget each event once', async () => {
  await shift('2 days')
  const came = await due()
  const runs = await Promise.all([forget(), forget(), forget()])
  expect(runs.reduce((sum, { forgotten }) => sum + forgotten, 0)).toBe(came)
  expect(runs.reduce((sum, { read }) => sum + read, 0)).toBe(came)
  expect(await due()).toBe(0)
})
