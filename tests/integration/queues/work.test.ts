import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { completeJobs } from '@/lib/queues/complete'
import { enqueue } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import { queueSuite } from '@/tests/support/queue-suite'
import { until } from '@/tests/support/until'
import type { JobOutcome } from '@/worker/job-outcome'
import { type ClaimedJob, workQueue } from '@/worker/queue-worker'
import { listenForWakeUps } from '@/worker/wake-up'

const worker = queueSuite()

afterEach(async () => {
  await worker.boss.offWork('stripe-events')
  await sql`delete from pgboss.job`.execute(database())
})

type EventJob = ClaimedJob<'stripe-events'>

const poll = { batchSize: 100, pollingIntervalSeconds: 0.5 }

async function workEvents(
  handle: (jobs: EventJob[]) => Promise<JobOutcome[]>,
  polls = [poll],
): Promise<string[]> {
  return workQueue(worker.boss, { queue: 'stripe-events', polls, handle })
}

async function send(...eventIds: string[]): Promise<void> {
  await enqueue(
    database(),
    'stripe-events',
    eventIds.map((eventId) => ({ eventId })),
  )
}

/** What each event's job has come to, dead letters included. */
async function states(): Promise<Record<string, string>> {
  const { rows } = await sql<{ key: string; state: string }>`
    select data ->> 'eventId' || case when name like '%-dead' then ' (dead)' else '' end as key,
      state || ' ' || retry_count as state
    from pgboss.job`.execute(database())
  return Object.fromEntries(rows.map((row) => [row.key, row.state]))
}

const completed = (job: EventJob): JobOutcome => ({ id: job.id, status: 'completed' })

test('one event of a batch fails alone and counts its own retry', async () => {
  await send('good_1', 'bad', 'good_2')
  await workEvents(async (jobs) =>
    jobs.map((job) =>
      job.payload.eventId === 'bad'
        ? { id: job.id, status: 'failed', error: new Error('bad') }
        : completed(job),
    ),
  )
  const ended = await until(async () => {
    const now = await states()
    return now.bad === 'retry 0' && now
  })
  expect(ended).toEqual({ good_1: 'completed 0', good_2: 'completed 0', bad: 'retry 0' })
  await until(async () => (await states()).bad === 'retry 1')
})

test('jobs that were completed in their own transaction stay away when the rest of the batch throws', async () => {
  await send('committed', 'thrown')
  await workEvents(async (jobs) => {
    const first = jobs.filter((job) => job.payload.eventId === 'committed')
    await database()
      .transaction()
      .execute((trx) => completeJobs(trx, 'stripe-events', first))
    throw new Error('after the commit')
  })
  const ended = await until(async () => {
    const now = await states()
    return now.thrown === 'retry 0' && now
  })
  expect(ended.committed).toBeUndefined()
})

test('a payload of another form is a dead letter at once; the others are handled', async () => {
  await send('readable')
  await worker.boss.insert('stripe-events', [{ data: { eventId: '' } }])
  const handled: string[] = []
  await workEvents(async (jobs) => {
    handled.push(...jobs.map((job) => job.payload.eventId))
    return jobs.map(completed)
  })
  const ended = await until(async () => {
    const now = await states()
    return now.readable === 'completed 0' && now[''] !== 'created 0' && now[''] !== 'active 0' && now
  })
  expect(handled).toEqual(['readable'])
  expect(ended).toMatchObject({ '': 'failed 0', ' (dead)': 'created 0' })
})

test('retries that are used up end in a dead letter, with where it came from', async () => {
  await send('hopeless')
  await sql`update pgboss.job set retry_limit = 1`.execute(database())
  await workEvents(async (jobs) =>
    jobs.map(({ id }) => ({ id, status: 'failed', error: new Error('never') })),
  )
  await until(async () => (await states())['hopeless (dead)'])
  const [letter] = await worker.boss.findJobs('stripe-events-dead')
  expect(letter).toMatchObject({
    data: { eventId: 'hopeless' },
    sourceName: 'stripe-events',
    sourceRetryCount: 1,
    sourceOutput: { error: 'never' },
  })
})

test('a job without an outcome is not lost', async () => {
  await send('forgotten')
  await workEvents(async () => [])
  await until(async () => (await states()).forgotten === 'retry 0')
})

test('a job whose worker died without a word goes to another one', async () => {
  await send('orphan')
  expect(await worker.boss.fetch('stripe-events')).toHaveLength(1)
  expect(await states()).toEqual({ orphan: 'active 0' })
  await sql`update pgboss.job set heartbeat_on = now() - interval '16 s' where name = 'stripe-events'`.execute(
    database(),
  )
  await sql`update pgboss.queue set monitor_on = null, monitor_claim_on = null`.execute(database())
  await worker.boss.supervise()
  expect(await states()).toEqual({ orphan: 'retry 0' })
  await workEvents(async (jobs) => jobs.map(completed))
  await until(async () => (await states()).orphan === 'completed 1')
})

test('a worker that sleeps is woken by an announcement', async () => {
  let handled = 0
  const asleep = [{ batchSize: 100, pollingIntervalSeconds: 600 }]
  const loops = await workEvents(async (jobs) => {
    handled += jobs.length
    return jobs.map(completed)
  }, asleep)
  const stop = await listenForWakeUps(worker.boss, new Map([['stripe-events', loops]]))
  for (const eventId of ['first', 'second', 'third']) {
    const before = handled
    await send(eventId)
    wakeWorkers('stripe-events')
    // Without the announcement the next poll would be ten minutes away.
    await until(() => handled > before)
  }
  await stop()
})

test('many announcements are few notifications, and the last one is not lost', async () => {
  const heard: string[] = []
  const listener = await worker.boss.getDb().listen?.(
    'queue_wake',
    (queue) => heard.push(queue),
    () => undefined,
  )
  const started = Date.now()
  wakeWorkers('stripe-events')
  await until(() => heard.length === 1)
  for (let call = 0; call < 200; call++) wakeWorkers('stripe-events')
  await until(() => heard.length >= 2)
  const windows = Math.ceil((Date.now() - started) / 25) + 1
  expect(heard.length).toBeLessThanOrEqual(windows)
  await listener?.close()
})
