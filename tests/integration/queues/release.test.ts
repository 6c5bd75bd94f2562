import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { roleNames } from '@/db/embedded-roles'
import { deadLetterQueues, queues, queueSchema } from '@/lib/queues/definitions'
import { releaseQueues } from '@/lib/queues/release'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { createBoss } from '@/worker/boss'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(() => testDatabase.drop())

const target = () => ({ ownerUrl: testDatabase.ownerUrl, appRole: roleNames.app })

async function query(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

test('every queue exists with its options, and a second release changes nothing', async () => {
  const read = 'select * from pgboss.queue order by name'
  const before = await query(testDatabase.ownerUrl, read)
  expect(before.map((row) => row.name)).toEqual([...Object.keys(queues), ...deadLetterQueues].sort())
  await releaseQueues(target())
  const clocks = { updated_on: expect.anything() as unknown }
  const after = await query(testDatabase.ownerUrl, read)
  expect(after).toMatchObject(before.map((row) => ({ ...row, ...clocks })))
})

test('changed options reach a queue that exists', async () => {
  await query(testDatabase.ownerUrl, `update pgboss.queue set retry_limit = 99, heartbeat_seconds = null`)
  await releaseQueues(target())
  const [row] = await query(
    testDatabase.ownerUrl,
    `select retry_limit, heartbeat_seconds from pgboss.queue where name = 'stripe-events'`,
  )
  expect(row).toEqual({ retry_limit: 12, heartbeat_seconds: 15 })
})

test('a policy that cannot be changed any more is an error, not silence', async () => {
  await query(
    testDatabase.ownerUrl,
    `update pgboss.queue set policy = 'standard' where name = 'housekeeping'`,
  )
  await expect(releaseQueues(target())).rejects.toThrow('Queue housekeeping exists with policy standard')
  await query(
    testDatabase.ownerUrl,
    `update pgboss.queue set policy = 'exclusive' where name = 'housekeeping'`,
  )
})

test('the application role owns nothing and changes no table of the queues', async () => {
  const owned = await query(
    testDatabase.appUrl,
    `select relname from pg_class where relowner = current_user::regrole
     union all select nspname from pg_namespace where nspowner = current_user::regrole`,
  )
  expect(owned).toEqual([])
  await expect(query(testDatabase.appUrl, 'create table pgboss.mine ()')).rejects.toThrow('permission denied')
  await expect(query(testDatabase.appUrl, 'drop table pgboss.job')).rejects.toThrow('must be owner')
})

test('supervision runs whole as that role: no error, no warning', async () => {
  process.env.DATABASE_URL = testDatabase.appUrl
  const boss = createBoss()
  const troubles: unknown[] = []
  boss.on('error', (error) => troubles.push(error))
  boss.on('warning', (warning) => troubles.push(warning))
  await boss.start()
  await boss.send('reservation-sweep', {})
  await boss.supervise()
  // The intervals of monitoring and maintenance are read from the rows: make every one of them due.
  await query(
    testDatabase.ownerUrl,
    `update pgboss.queue set monitor_on = null, monitor_claim_on = null, maintain_on = null`,
  )
  await boss.supervise()
  const [queue] = await boss.getQueues(['reservation-sweep'])
  await boss.stop({ graceful: false })
  expect(queue).toMatchObject({ queuedCount: 1 })
  expect(troubles).toEqual([])
})

test('a process of another version of pg-boss does not start on this schema', async () => {
  await query(testDatabase.ownerUrl, 'update pgboss.version set version = version - 1')
  const boss = new PgBoss({
    connectionString: testDatabase.appUrl,
    schema: queueSchema,
    migrate: false,
    createSchema: false,
    supervise: false,
  })
  await expect(boss.start()).rejects.toThrow()
  await boss.stop({ graceful: false })
  await query(testDatabase.ownerUrl, 'update pgboss.version set version = version + 1')
})
