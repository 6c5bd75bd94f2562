import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { raiseAlerts } from '@/lib/alerts/raise'
import { database } from '@/lib/database'
import { runHousekeeping } from '@/lib/housekeeping'
import { factsRetentionDays } from '@/lib/housekeeping/retention'
import { enqueue } from '@/lib/queues/send'
import { queueSuite } from '@/tests/support/queue-suite'

const worker = queueSuite()

afterEach(async () => {
  await sql`delete from pgboss.job`.execute(database())
  await database().updateTable('stripe_events').set({ state: 'processed' }).execute()
})

async function anEvent(id: string, details: { secondsAgo?: number; state?: 'received' | 'processed' } = {}) {
  const { secondsAgo = 31, state = 'received' } = details
  const receivedAt = sql<Date>`app_now() - make_interval(secs => ${secondsAgo})`
  await database()
    .insertInto('stripe_events')
    .values({
      id,
      type: 'checkout.session.completed',
      state,
      livemode: false,
      created_at: receivedAt,
      received_at: receivedAt,
      facts: JSON.stringify({ kind: 'session' }),
    })
    .execute()
}

async function jobs(queue: string): Promise<unknown[]> {
  const { rows } = await sql<{ data: unknown }>`
    select data from pgboss.job where name = ${queue} and state < 'completed' order by data`.execute(
    database(),
  )
  return rows.map((row) => row.data)
}

test('an accepted event without a job gets one, once', async () => {
  await anEvent('evt_orphan')
  await anEvent('evt_young', { secondsAgo: 10 })
  await anEvent('evt_done', { state: 'processed' })
  await anEvent('evt_waiting')
  await enqueue(database(), 'stripe-events', [{ eventId: 'evt_waiting' }])
  await anEvent('evt_running')
  await enqueue(database(), 'stripe-events', [{ eventId: 'evt_running' }])
  await sql`update pgboss.job set state = 'active' where data ->> 'eventId' = 'evt_running'`.execute(
    database(),
  )

  await Promise.all([runHousekeeping('resume'), runHousekeeping('resume')])
  await runHousekeeping('resume')
  expect(await jobs('stripe-events')).toEqual(
    ['evt_orphan', 'evt_running', 'evt_waiting'].map((eventId) => ({ eventId })),
  )
})

test('an event whose old job is still stored as completed gets a job all the same', async () => {
  await anEvent('evt_stuck')
  await enqueue(database(), 'stripe-events', [{ eventId: 'evt_stuck' }])
  await sql`update pgboss.job set state = 'completed', completed_on = now()`.execute(database())
  await runHousekeeping('resume')
  expect(await jobs('stripe-events')).toEqual([{ eventId: 'evt_stuck' }])
})

async function killEvent(eventId: string): Promise<void> {
  await anEvent(eventId)
  await enqueue(database(), 'stripe-events', [{ eventId }])
  await sql`update pgboss.job set retry_limit = 0 where name = 'stripe-events'`.execute(database())
  const [job] = await worker.boss.fetch('stripe-events')
  if (job) await worker.boss.fail('stripe-events', job)
}

async function deadLetterAlerts() {
  return database()
    .selectFrom('alerts')
    .where('kind', '=', 'dead_letter')
    .orderBy('created_at')
    .selectAll()
    .execute()
}

test('a dead letter is left to a person, and told of once', async () => {
  await killEvent('evt_dead')
  await runHousekeeping('resume')
  await runHousekeeping('resume')
  expect(await jobs('stripe-events')).toEqual([])
  expect(await jobs('stripe-events-dead')).toEqual([{ eventId: 'evt_dead' }])
  expect(await deadLetterAlerts()).toMatchObject([{ subject: 'A job has failed for good' }])

  // Ten minutes of quiet, then the old letter is no news, but a new one is.
  await sql`update alerts set created_at = created_at - interval '11 min'`.execute(database())
  await sql`update pgboss.job set created_on = created_on - interval '11 min'`.execute(database())
  await runHousekeeping('resume')
  expect(await deadLetterAlerts()).toHaveLength(1)
  await killEvent('evt_dead_too')
  await runHousekeeping('resume')
  expect((await deadLetterAlerts()).map((alert) => alert.subject)).toEqual([
    'A job has failed for good',
    '2 jobs have failed for good',
  ])
})

test('an alert about dead letters that dies itself makes no further one', async () => {
  const before = await deadLetterAlerts()
  const [alertId] = await database()
    .transaction()
    .execute((trx) => raiseAlerts(trx, [{ kind: 'dead_letter', subject: 'x', body: 'y' }]))
  await sql`update alerts set created_at = created_at - interval '11 min'`.execute(database())
  await worker.boss.send('alerts-dead', { alertId, channel: 'email', target: 'a@example.com' })
  await runHousekeeping('resume')
  expect(await deadLetterAlerts()).toHaveLength(before.length + 1)
})

test('old facts are forgotten; the event, and what is unprocessed or young, stays', async () => {
  const old = (factsRetentionDays + 1) * 86_400
  await anEvent('evt_old', { secondsAgo: old, state: 'processed' })
  await anEvent('evt_old_waiting', { secondsAgo: old })
  await anEvent('evt_recent', { secondsAgo: old - 2 * 86_400, state: 'processed' })
  await runHousekeeping('forget')
  const rows = await database()
    .selectFrom('stripe_events')
    .where('id', 'in', ['evt_old', 'evt_old_waiting', 'evt_recent'])
    .orderBy('id')
    .select(['id', 'facts'])
    .execute()
  expect(rows.map((row) => [row.id, row.facts === null])).toEqual([
    ['evt_old', true],
    ['evt_old_waiting', false],
    ['evt_recent', false],
  ])
})
