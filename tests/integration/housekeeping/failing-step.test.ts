import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, database } from '@/lib/database'
import { type HousekeepingTask, runHousekeeping } from '@/lib/housekeeping'
import { stopQueueSender } from '@/lib/queues/send'
import { moveClock } from '@/tests/support/accounts'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { connectOwner, type Owner } from '@/tests/support/stories/owner'

let testDatabase: TestDatabase
let owner: Owner
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  owner = await connectOwner(testDatabase.ownerUrl)
})
afterAll(async () => {
  await owner.end()
  await stopQueueSender()
  await closeDatabase()
  await testDatabase.drop()
})

/** What became of a task while those tables were away. */
async function runWithout(task: HousekeepingTask, tables: readonly string[]): Promise<string> {
  for (const table of tables) await owner.query(`alter table ${table} rename to ${table}_away`)
  const outcome = await runHousekeeping(task).then(() => 'done', String)
  for (const table of tables) await owner.query(`alter table ${table}_away rename to ${table}`)
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
    const latest = () => owner.query('select max(at) as latest from tour_sales')
    await runHousekeeping('resume')
    const before = await latest()
    await moveClock(testDatabase.ownerUrl, '1 hour')
    expect(await runWithout('resume', [table])).toContain(`relation "${table}" does not exist`)
    expect(await latest()).not.toEqual(before)
  },
)

test('all that fails is told', async () => {
  const outcome = await runWithout('forget', ['admin_sessions', 'idempotency_keys'])
  expect(outcome).toContain('"admin_sessions"')
  expect(outcome).toContain('"idempotency_keys"')
})
