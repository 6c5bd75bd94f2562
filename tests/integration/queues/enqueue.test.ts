import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { createDatabase } from '@/db/client'
import { database } from '@/lib/database'
import { uuidFromName } from '@/lib/queues/job-id'
import { enqueue, startQueueSender, stopQueueSender } from '@/lib/queues/send'
import { countStatements } from '@/tests/support/stories/counted'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()
beforeAll(async () => {
  await startQueueSender()
})

interface JobRow {
  id: string
  data: unknown
  state: string
  priority: number
  wait: number
}

async function jobsOf(queue: string): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`
    select id, data, state::text, priority, extract(epoch from start_after - created_on)::int as wait
    from pgboss.job where name = ${queue} order by created_on`.execute(database())
  return rows
}

test('a job appears with the commit of its transaction, not before', async () => {
  await database()
    .transaction()
    .execute(async (trx) => {
      await enqueue(trx, 'stripe-events', [{ eventId: 'evt_committed' }])
      expect(await jobsOf('stripe-events')).toEqual([])
    })
  expect(await jobsOf('stripe-events')).toMatchObject([
    {
      id: uuidFromName('stripe-events:evt_committed'),
      data: { eventId: 'evt_committed' },
      state: 'created',
      wait: 0,
    },
  ])
})

test('a transaction that fails after enqueueing leaves no job', async () => {
  const before = await jobsOf('stripe-events')
  const failing = database()
    .transaction()
    .execute(async (trx) => {
      await enqueue(trx, 'stripe-events', [{ eventId: 'evt_undone' }])
      throw new Error('after the enqueue')
    })
  await expect(failing).rejects.toThrow('after the enqueue')
  expect(await jobsOf('stripe-events')).toEqual(before)
})

test('500 jobs are one statement', async () => {
  const events = Array.from({ length: 500 }, (_, index) => ({ eventId: `evt_many_${index}` }))
  let ids: string[] = []
  const sent = await countStatements(story.appUrl, async (trx) => {
    ids = await enqueue(trx, 'stripe-events', events)
  })
  expect(new Set(ids).size).toBe(500)
  expect(sent).toBe(1)
})

test('the same event is one job, unless a fresh id is asked for', async () => {
  const event = [{ eventId: 'evt_twice' }]
  expect(await enqueue(database(), 'stripe-events', event)).toEqual([uuidFromName('stripe-events:evt_twice')])
  expect(await enqueue(database(), 'stripe-events', event)).toEqual([])
  expect(await enqueue(database(), 'stripe-events', event, { freshIds: true })).toHaveLength(1)
})

test('an exclusive queue holds one waiting job for each key', async () => {
  expect(await enqueue(database(), 'reservation-sweep', [{}])).toHaveLength(1)
  expect(await enqueue(database(), 'reservation-sweep', [{}])).toEqual([])
  expect(await enqueue(database(), 'stripe-reconcile', [{ sessionId: 'cs_1' }])).toHaveLength(1)
  expect(await enqueue(database(), 'stripe-reconcile', [{}, { sessionId: 'cs_1' }])).toHaveLength(1)
  expect(await jobsOf('stripe-reconcile')).toMatchObject([{ priority: 1 }, { priority: 0 }])
})

test('no session has the key of the run over all of them, nor that of a job of older code', async () => {
  await sql`delete from pgboss.job where name = 'stripe-reconcile'`.execute(database())
  expect(await enqueue(database(), 'stripe-reconcile', [{ sessionId: 'all' }])).toHaveLength(1)
  expect(await enqueue(database(), 'stripe-reconcile', [{}])).toHaveLength(1)
  // Older code, which a release replaces, had the session itself as the key: asking Stripe about one twice does no harm.
  await sql`update pgboss.job set singleton_key = 'cs_1' where data->>'sessionId' = 'all'`.execute(database())
  expect(await enqueue(database(), 'stripe-reconcile', [{ sessionId: 'cs_1' }])).toHaveLength(1)
})

test('a scheduled job exists once in its stretch of time, also after it ran', async () => {
  const everyHour = { onceInSeconds: 3_600 }
  expect(await enqueue(database(), 'housekeeping', [{ task: 'forget' }], everyHour)).toHaveLength(1)
  await sql`update pgboss.job set state = 'completed', completed_on = now() where name = 'housekeeping'`.execute(
    database(),
  )
  expect(await enqueue(database(), 'housekeeping', [{ task: 'forget' }], everyHour)).toEqual([])
  expect(await enqueue(database(), 'housekeeping', [{ task: 'resume' }], everyHour)).toHaveLength(1)
})

test('a job can wait, and alerts run in the lane of their channel, the urgent ones first', async () => {
  const alert = { alertId: '0b8f5a52-51c3-4a63-9d1b-1f6f0f3f8a01', target: 'x' }
  await enqueue(database(), 'alerts', [{ ...alert, channel: 'sms' }], { startAfterSeconds: 60 })
  await enqueue(database(), 'alerts', [{ ...alert, channel: 'email' }])
  await enqueue(database(), 'alerts', [{ ...alert, channel: 'email', urgent: true }])
  expect(await jobsOf('alerts')).toMatchObject([
    { wait: 60, priority: 30 },
    { wait: 0, priority: 10 },
    { wait: 0, priority: 11 },
  ])
})

test('a sender can be stopped and started again', async () => {
  await stopQueueSender()
  expect(await enqueue(database(), 'stripe-events', [{ eventId: 'evt_restarted' }])).toHaveLength(1)
})

test('a sender that could not start tries again at the next use', async () => {
  await stopQueueSender()
  const nowhere = createDatabase({
    connectionString: 'postgres://nobody@127.0.0.1:1/none',
    max: 1,
    applicationName: 'x',
  })
  await expect(startQueueSender(nowhere)).rejects.toThrow('ECONNREFUSED')
  await nowhere.destroy()
  expect(await enqueue(database(), 'stripe-events', [{ eventId: 'evt_later' }])).toHaveLength(1)
})
