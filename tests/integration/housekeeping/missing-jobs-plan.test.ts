import { beforeAll, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { resumeDeliveries } from '@/lib/housekeeping/deliveries'
import { resumeEvents } from '@/lib/housekeeping/events'
import { enqueue } from '@/lib/queues/send'
import { mostRowsHandled, plansOfRuns, recordedDatabase } from '@/tests/support/plans'

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
  await query(`
    with new as (
      insert into alerts (kind, subject, body) select 'manual', 'The hall', 'is closed'
      from generate_series(1, ${backlog}) returning id)
    insert into alert_deliveries (alert_id, channel, target, updated_at)
    select id, 'email', 'team@example.com', app_now() - interval '1 hour' from new`)
})

beforeAll(async () => {
  await enqueue(
    database(),
    'stripe-events',
    eventIds.slice(1).map((eventId) => ({ eventId })),
  )
  const alerts = await recorded.owner.query<{ id: string }>('select id from alerts')
  await enqueue(
    database(),
    'alerts',
    alerts.slice(1).map(({ id }) => ({ alertId: id, channel: 'email' as const, target: 'team@example.com' })),
  )
})

test.each([
  ['event', resumeEvents],
  ['delivery', resumeDeliveries],
])('a job that is missing is found among many without comparing each %s with each job', async (_, resume) => {
  expect(await resume(database())).toBe(1)
  const plans = await plansOfRuns(recorded, (statement) =>
    /^\s*select .*not exists \(\s*select from "pgboss"."job"/s.test(statement),
  )
  expect(plans).toHaveLength(1)
  expect(Math.max(...plans.map(mostRowsHandled))).toBeLessThanOrEqual(2 * backlog)
})
