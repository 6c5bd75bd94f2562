import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { type HousekeepingTask, runHousekeeping } from '@/lib/housekeeping'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

/** What became of a task while those tables were away. */
async function runWithout(task: HousekeepingTask, tables: readonly string[]): Promise<string> {
  for (const table of tables) await story.owner.query(`alter table ${table} rename to ${table}_away`)
  const outcome = await runHousekeeping(task).then(() => 'done', String)
  for (const table of tables) await story.owner.query(`alter table ${table}_away rename to ${table}`)
  return outcome
}

test.each(['stripe_events', 'admin_sessions', 'idempotency_keys'])(
  'what is too old goes although %s cannot be read, and that is told',
  async (table) => {
    await database().insertInto('rate_limits').values({ key: table, points: 1, expire: 0 }).execute()
    expect(await runWithout('forget', [table])).toContain(`relation "${table}" does not exist`)
    expect(await database().selectFrom('rate_limits').select('key').execute()).toEqual([])
  },
)

test.each(['stripe_events', 'alert_deliveries', 'alerts'])(
  'the hour is noted although %s cannot be read, and that is told',
  async (table) => {
    const latest = () => story.owner.query('select max(at) as latest from tour_sales')
    await runHousekeeping('resume')
    const before = await latest()
    await story.moveClock(60)
    expect(await runWithout('resume', [table])).toContain(`relation "${table}" does not exist`)
    expect(await latest()).not.toEqual(before)
  },
)

test('all that fails is told', async () => {
  const outcome = await runWithout('forget', ['admin_sessions', 'idempotency_keys'])
  expect(outcome).toContain('"admin_sessions"')
  expect(outcome).toContain('"idempotency_keys"')
})
