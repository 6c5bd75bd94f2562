import { sql } from 'kysely'
import type { JobAttempt } from 'pg-boss'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { completeJobs } from '@/lib/queues/complete'
import { enqueue } from '@/lib/queues/send'
import { queueSuite } from '@/tests/support/queue-suite'

const worker = queueSuite()

async function fetchEvents(...eventIds: string[]): Promise<JobAttempt[]> {
  await enqueue(
    database(),
    'stripe-events',
    eventIds.map((eventId) => ({ eventId })),
  )
  return worker.boss.fetch('stripe-events', { batchSize: 100 })
}

async function stateOf(id: string): Promise<string | undefined> {
  const [job] = await worker.boss.findJobs('stripe-events', { id })
  return job?.state
}

function ids(jobs: JobAttempt[]): Set<string> {
  return new Set(jobs.map((job) => job.id))
}

test('jobs complete with their transaction, and are gone', async () => {
  const jobs = await fetchEvents('evt_1', 'evt_2')
  const completed = await database()
    .transaction()
    .execute((trx) => completeJobs(trx, 'stripe-events', jobs))
  expect(completed).toEqual(ids(jobs))
  for (const { id } of jobs) expect(await stateOf(id)).toBeUndefined()
})

test('a transaction that fails leaves its jobs active', async () => {
  const jobs = await fetchEvents('evt_3')
  const failing = database()
    .transaction()
    .execute(async (trx) => {
      expect(await completeJobs(trx, 'stripe-events', jobs)).toEqual(ids(jobs))
      throw new Error('no commit')
    })
  await expect(failing).rejects.toThrow('no commit')
  expect(await stateOf(jobs[0]?.id ?? '')).toBe('active')
})

test('a lost attempt completes nothing, and spoils nothing for the others', async () => {
  const [lost, ...kept] = await fetchEvents('evt_4', 'evt_5', 'evt_6')
  if (!lost) throw new Error('nothing fetched')
  await worker.boss.fail('stripe-events', lost.id)
  await sql`update pgboss.job set start_after = now() where id = ${lost.id}`.execute(database())
  const again = (await worker.boss.fetch('stripe-events', { batchSize: 100 })).filter(
    (job) => job.id === lost.id,
  )
  expect(again).toMatchObject([{ retryCount: lost.retryCount + 1 }])

  const completed = await database()
    .transaction()
    .execute((trx) => completeJobs(trx, 'stripe-events', [lost, ...kept]))
  expect(completed).toEqual(ids(kept))
  expect(await stateOf(lost.id)).toBe('active')

  const second = await database()
    .transaction()
    .execute((trx) => completeJobs(trx, 'stripe-events', again))
  expect(second).toEqual(ids(again))
})

test('a job is completed by one of two transactions at the same time', async () => {
  const jobs = await fetchEvents('evt_7')
  const both = await Promise.all(
    [1, 2].map(() =>
      database()
        .transaction()
        .execute((trx) => completeJobs(trx, 'stripe-events', jobs)),
    ),
  )
  expect(both.map((completed) => completed.size).sort()).toEqual([0, 1])
})
