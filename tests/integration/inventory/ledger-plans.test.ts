import { expect, test } from 'vitest'
import { findDifferences } from '@/lib/audit/audit'
import { getInventoryExpansions, getInventoryTransactions } from '@/lib/inventory'
import { type LedgerPageQuery, readLedgerPage, readPaymentLedger } from '@/lib/inventory/ledger/page'
import { ledgerReads, readsOf, recordedDatabase } from '@/tests/support/plans'
import type { Owner } from '@/tests/support/stories/owner'

/** How PostgreSQL reads a ledger of many rows: never all of it for one page, one payment or one chunk. */

const cityId = 'dallas-jan-2026'

/** 30,000 sales in Dallas and as many in five other cities, every tenth returned, and a few rows by people. */
async function fillLedger(owner: Owner): Promise<void> {
  // A vacuum calls no row visible to all whose commit is not written out yet.
  await owner.query('set synchronous_commit = on')
  await owner.query(`
    insert into payments (id, payment_intent_id, session_id, state, city_id, tier, seats_sold, epoch, sold_at)
    select 'pi_' || n, 'pi_' || n, 'cs_' || n, 'sold', c.id, case n % 3 when 0 then 'vip' else 'ga' end, 1, 0,
      now() - make_interval(secs => 60000 - n)
    from generate_series(1, 60000) n
    join lateral (select id from cities where n % 2 = 0 and id <> '${cityId}' order by id offset n % 5 limit 1) c on true
    union all
    select 'pi_' || n, 'pi_' || n, 'cs_' || n, 'sold', '${cityId}', case n % 3 when 0 then 'vip' else 'ga' end, 1, 0,
      now() - make_interval(secs => 60000 - n)
    from generate_series(1, 60000, 2) n`)
  await owner.query(`
    insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before, sold_after,
      public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, payment_id, session_id,
      actor, authorized_by, occurred_at, hash)
    select city_id, tier, 1 + row_number() over (partition by city_id, tier order by sold_at), 0,
      case when n % 10 = 1 then 'restock' when n % 6000 = 2 then 'expand' else 'decrement' end, 1, 0, 1, 35, 35, 35, 35,
      case when n % 6000 = 2 then null else id end, session_id,
      case when n % 6000 = 2 then 'nate@example.com' end, case when n % 6000 = 2 then 'Nate' end,
      sold_at, sha256(id::bytea)
    from (select *, row_number() over (order by sold_at) as n from payments) p order by sold_at`)
  await owner.query('vacuum analyze inventory_transactions, payments')
}

const database = recordedDatabase(fillLedger)
const readsOfLedger = (run: () => Promise<unknown>) => ledgerReads(database, run)

const half = new Date(Date.now() - 30_000_000)
const minute = new Date(half.getTime() + 60_000)
const cursor = { id: 30_000, occurredAt: half }

test.each<[string, LedgerPageQuery, string]>([
  ['the first page', {}, 'page'],
  ['a later page', { cursor }, 'page'],
  ['one tier', { tier: 'vip' }, 'page'],
  ['sales', { operation: 'decrement' }, 'page'],
  ['returned seats', { operation: 'restock' }, 'restocks'],
  ['expansions', { operation: 'expand' }, 'by_people'],
  ['what there is none of', { operation: 'relimit' }, 'by_people'],
  ['one person', { who: 'Nate' }, 'by_people'],
  ['nobody known', { who: 'Nobody' }, 'by_people'],
  ['a minute long ago', { from: half, until: minute }, 'by_time'],
  ['all since long ago', { from: half }, 'by_time'],
  ['a later page of a range', { until: minute, cursor }, 'by_time'],
  ['one payment', { payment: 'cs_1001' }, 'by_payment'],
  ['an unknown payment', { payment: 'cs_of_nobody' }, 'by_payment'],
])('a page of %s', async (_, query, index) => {
  expect(await readsOfLedger(() => readLedgerPage(cityId, query))).toEqual([index])
})

test.each<[string, LedgerPageQuery]>([
  ['the newest one', {}],
  ['one in the middle of the ledger', { cursor }],
  ['one in the middle of a range of time', { from: new Date(0), until: new Date(), cursor }],
  ['one of a range long ago', { until: half }],
  ['one after a range has ended', { until: half, cursor: { ...cursor, occurredAt: minute } }],
])('a page costs what a page holds: %s', async (_, query) => {
  const { rows } = await readLedgerPage(cityId, query)
  expect(rows).toHaveLength(50)
  const [{ sql, parameters } = { sql: '', parameters: [] }] = database.recording.statements
  const [plan] = await database.owner.query<{
    'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }]
  }>(`explain (analyze, buffers, format json) ${sql}`, [...parameters])
  const { 'Shared Hit Blocks': hit, 'Shared Read Blocks': read } = plan?.['QUERY PLAN'][0].Plan ?? {
    'Shared Hit Blocks': Infinity,
    'Shared Read Blocks': 0,
  }
  expect(hit + read).toBeLessThan(30)
})

test('the rows of one payment', async () => {
  expect(await readsOfLedger(() => readPaymentLedger('pi_1001'))).toEqual(['by_payment'])
})

test('the documented functions', async () => {
  expect(await readsOfLedger(() => getInventoryTransactions(cityId))).toEqual(['page'])
  expect(await readsOfLedger(() => getInventoryExpansions(cityId))).toEqual(['by_people'])
})

test('an audit reads on from where the last one stopped', async () => {
  // An hour is a large part of this ledger, so that reading all of it would be right. Of ten million rows it is a minute of these.
  await database.owner.query(
    `insert into audit_runs (kind, started_at, verdict, rows_walked)
     values ('full', app_now() + interval '59 minutes', 'clean', 0)`,
  )
  await database.owner.query(
    `insert into audit_checkpoints (city_id, tier, sequence, hash, run_id)
     select distinct on (city_id, tier) city_id, tier, sequence, hash, 1 from inventory_transactions
     order by city_id, tier, sequence desc`,
  )
  const reads = await readsOfLedger(() => findDifferences(database.recording.connection, 'incremental'))
  // What people did is asked about a payment that does not fit, not about each.
  expect(reads).toEqual(['by_payment', 'by_people', 'sequence'])
})

test('an audit adds up the seats of all payments from an index alone', async () => {
  database.recording.statements.length = 0
  await findDifferences(database.recording.connection, 'incremental')
  const reads = await readsOf(database.recording, database.owner)
  const ofPools = reads.filter(({ index }) => index?.startsWith('payments_by_pool'))
  expect(ofPools.map(({ how }) => how)).toContain('Index Only Scan')
})
