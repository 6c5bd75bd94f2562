import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { database, type Trx } from '@/lib/database'
import { lockNewJobs } from '@/lib/queues/locked-jobs'
import { enqueue } from '@/lib/queues/send'
import { mostRowsHandled, type PlanNode } from '@/tests/support/plans'
import { queueSuite } from '@/tests/support/queue-suite'

/** After a quiet night PostgreSQL takes the events' queue for empty, and thousands of jobs come before it looks again. */

const worker = queueSuite()

const jobs = 3_000

let table: string
beforeEach(async () => {
  const [queue] = await worker.story.owner.query<{ table: string }>(
    `select table_name as "table" from pgboss.queue where name = 'stripe-events'`,
  )
  table = queue?.table ?? ''
  await fill('yesterday')
  // One job is left, at the end of a large table.
  await sql`delete from pgboss.job where data ->> 'eventId' <> ${`yesterday_${jobs}`}`.execute(database())
  await worker.story.owner.query(`vacuum analyze pgboss.${table}`)
  await fill('today')
})

test('a fetch handles no more rows than there are jobs', async () => {
  const plans: PlanNode[] = []
  await worker.boss.fetch('stripe-events', {
    batchSize: 500,
    db: {
      executeSql: async (text, values) => {
        const explained = await worker.boss
          .getDb()
          .executeSql(`explain (analyze, timing off, format json) ${text}`, values)
        plans.push(
          ...explained.rows.map((row: { 'QUERY PLAN': [{ Plan: PlanNode }] }) => row['QUERY PLAN'][0].Plan),
        )
        return { rows: [] }
      },
    },
  })
  expect(plans).toHaveLength(1)
  expect(Math.max(...plans.map(mostRowsHandled))).toBeLessThanOrEqual(jobs + 1)
})

test('jobs are locked in their order without reading the others', async () => {
  await database()
    .transaction()
    .execute(async (trx) => {
      const before = await rowsRead(trx)
      expect(await lockNewJobs(trx, 'stripe-events', 500)).toHaveLength(500)
      expect((await rowsRead(trx)) - before).toBe(500)
      // What follows is planned as in any transaction of ours.
      const { rows } = await sql`
        select current_setting('enable_seqscan') as seqscan, current_setting('enable_sort') as sort,
          current_setting('enable_bitmapscan') as bitmapscan`.execute(trx)
      expect(rows).toEqual([{ seqscan: 'off', sort: 'on', bitmapscan: 'on' }])
    })
})

/** How many rows of the queue's table the transaction, and what its connection ran shortly before, has read. */
async function rowsRead(trx: Trx): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select seq_tup_read::int + idx_tup_fetch::int as read
    from pg_stat_xact_user_tables where relname = ${table}`.execute(trx)
  return rows[0]?.read ?? 0
}

async function fill(name: string): Promise<void> {
  const payloads = Array.from({ length: jobs }, (_, index) => ({ eventId: `${name}_${index + 1}` }))
  await enqueue(database(), 'stripe-events', payloads)
}
