import { afterEach, expect, test, vi } from 'vitest'
import { storyDatabase } from '@/tests/support/stories/database'
import { until } from '@/tests/support/until'
import { startSchedules } from '@/worker/schedules'

const db = storyDatabase()
afterEach(() => vi.useRealTimers())

test('a new week’s full audit does not wait until the worker has run for a week', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const end = startSchedules()
  try {
    await until(async () => ((await fullAudits()).length === 1 ? true : undefined))
    // The week in which the worker started is over, and so is its audit.
    await db.owner.query(
      `update pgboss.job set state = 'completed', singleton_on = singleton_on - interval '7 days' where name = 'audit'`,
    )
    vi.advanceTimersByTime(3_600_000)
    await until(async () => ((await fullAudits()).includes('created') ? true : undefined))
    expect((await fullAudits()).toSorted()).toEqual(['completed', 'created'])
  } finally {
    end()
  }
})

async function fullAudits(): Promise<string[]> {
  const jobs = await db.owner.query<{ state: string }>(
    `select state from pgboss.job where name = 'audit' and data ->> 'kind' = 'full'`,
  )
  return jobs.map(({ state }) => state)
}
