import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { offer } from '@/lib/queues/offer'
import { queueSuite } from '@/tests/support/queue-suite'
import { storyDatabase } from '@/tests/support/stories/database'

/** The database's clock, as the queues read it, is set by hand: the time of a day. */

const story = storyDatabase()
const suite = queueSuite()

const setClock = (time: string) =>
  story.owner.query(`create or replace function pgboss.job_now() returns timestamptz
    language sql stable as $$ select '2030-01-01T${time}Z'::timestamptz $$`)

/** What is offered every five seconds; @returns how many jobs are new */
const offerSweep = async () => (await offer(database(), 'reservation-sweep', {}, 5)).length

/** Does what waits. @returns how many jobs */
async function work(): Promise<number> {
  const jobs = await suite.boss.fetch('reservation-sweep', { batchSize: 10 })
  for (const { id } of jobs) await suite.boss.complete('reservation-sweep', id)
  return jobs.length
}

async function runAt(time: string): Promise<number> {
  await setClock(time)
  await offerSweep()
  return work()
}

beforeEach(async () => {
  await sql`delete from pgboss.job`.execute(database())
})

test('what runs at intervals goes on when the clock is set back: one stretch at most goes without', async () => {
  for (const time of ['12:00:01', '12:00:06', '12:00:11', '12:00:16']) expect(await runAt(time)).toBe(1)
  expect(await runAt('11:59:58')).toBe(1)
  expect(await runAt('12:00:03')).toBe(0)
  expect(await runAt('12:00:08')).toBe(1)
  expect(await runAt('12:00:13')).toBe(1)
})

test('a stretch whose job has run gets no other, whatever the clock did', async () => {
  expect(await runAt('12:00:04')).toBe(1)
  expect(await runAt('12:00:01')).toBe(0)
  expect(await runAt('12:00:04')).toBe(0)
  expect(await runAt('12:00:05')).toBe(1)
})

test('a job that waited when the clock was set back runs at once', async () => {
  await setClock('13:00:01')
  expect(await offerSweep()).toBe(1)
  await setClock('12:30:01')
  expect(await work()).toBe(0)
  expect(await offerSweep()).toBe(0)
  expect(await work()).toBe(1)
  expect(await runAt('12:30:06')).toBe(1)
})
