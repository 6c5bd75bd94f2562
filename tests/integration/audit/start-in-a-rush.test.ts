import { afterEach, expect, test, vi } from 'vitest'
import { database } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import { storyDatabase } from '@/tests/support/stories/database'
import { until } from '@/tests/support/until'
import { startSchedules } from '@/worker/schedules'

const db = storyDatabase()
afterEach(() => vi.useRealTimers())

test('a worker that starts while payments wait audits once none does', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  await enqueue(database(), 'stripe-events', [{ eventId: 'evt_now' }])
  await enqueue(database(), 'stripe-events', [{ eventId: 'evt_later' }], { startAfterSeconds: 3_600 })
  const end = startSchedules()
  try {
    await until(async () => (await scheduled()).length >= 4)
    expect(await scheduled()).not.toContain('audit')
    await db.owner.query(`delete from pgboss.job where data ->> 'eventId' = 'evt_now'`)
    vi.advanceTimersByTime(5_000)
    await until(async () => (await scheduled()).filter((queue) => queue === 'audit').length === 2)
  } finally {
    end()
  }
})

async function scheduled(): Promise<string[]> {
  const jobs = await db.owner.query<{ name: string }>(
    `select name from pgboss.job where name <> 'stripe-events'`,
  )
  return jobs.map(({ name }) => name)
}
