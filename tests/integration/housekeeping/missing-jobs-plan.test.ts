import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { resumeEvents } from '@/lib/housekeeping/events'
import { enqueue } from '@/lib/queues/send'
import { mostRowsHandled, type PlanNode, recordedDatabase } from '@/tests/support/plans'

/** After a quiet night PostgreSQL takes the queue for empty, and thousands of jobs come before it looks again. */

const backlog = 3_000
const eventIds = Array.from({ length: backlog }, (_, index) => `evt_${index}`)

const recorded = recordedDatabase(async ({ query }) => {
  await query('vacuum analyze')
  await query(
    `insert into stripe_events (id, type, livemode, created_at, received_at)
     select id, 'checkout.session.completed', false, app_now(), app_now() - interval '1 minute'
     from unnest($1::text[]) id`,
    [eventIds],
  )
})

test('a missing job is found among many without comparing each event with each job', async () => {
  const jobs = eventIds.slice(1).map((eventId) => ({ eventId }))
  await enqueue(database(), 'stripe-events', jobs)
  const { owner, recording } = recorded
  recording.statements.length = 0
  expect(await resumeEvents(database())).toBe(1)

  await owner.query('begin')
  const plans: PlanNode[] = []
  for (const { sql, parameters } of recording.statements) {
    if (/^set local/.test(sql)) await owner.query(sql)
    if (!/^\s*select event\.id/.test(sql)) continue
    const [row] = await owner.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) ${sql}`,
      [...parameters],
    )
    if (row) plans.push(row['QUERY PLAN'][0].Plan)
  }
  await owner.query('rollback')
  expect(plans).toHaveLength(1)
  expect(Math.max(...plans.map(mostRowsHandled))).toBeLessThanOrEqual(2 * backlog)
})
