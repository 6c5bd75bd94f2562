import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connection } from '@/lib/database'
import { findPayments, mostFound } from '@/lib/payments/read-payments'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { readsOf, recordStatements, type Recording } from '@/tests/support/plans'
import { connectOwner, type Owner } from '@/tests/support/stories/owner'

/** How one payment is found among many: by an index, whatever somebody has at hand. */

const shared = globalThis as typeof globalThis & { __database?: Connection }
let testDatabase: TestDatabase
let owner: Owner
let recording: Recording

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  owner = await connectOwner(testDatabase.ownerUrl)
  // 60,000 payments over two years, and a regular who bought one each week, at midnight and a moment before.
  await owner.query(`
    insert into payments (id, payment_intent_id, session_id, reservation_id, email, created_at)
    select 'pi_' || n, 'pi_' || n, 'cs_' || md5(n::text), md5('r' || n), md5(n::text) || '@example.com',
      timestamptz '2024-11-01 00:00Z' + n * interval '18 minutes'
    from generate_series(1, 60000) n
    union all
    select 'regular_' || n, null, null, null, 'regular@example.com',
      timestamptz '2024-12-01 00:00Z' + n * interval '1 week' - n % 2 * interval '1 millisecond'
    from generate_series(1, 90) n`)
  await owner.query('vacuum analyze payments')
  recording = recordStatements(testDatabase.appUrl)
  shared.__database = recording.connection
})

afterAll(async () => {
  delete shared.__database
  await recording.close()
  await owner.end()
  await testDatabase.drop()
})

beforeEach(() => {
  recording.statements.length = 0
})

test('an address finds its newest payments of two years, and no day is read whole', async () => {
  const found = await findPayments('Regular@example.com')
  expect(found.map(({ id }) => id)).toEqual(
    Array.from({ length: mostFound }, (_, back) => `regular_${90 - back}`),
  )
  const reads = await readsOf(recording, owner)
  expect(reads).toContainEqual(expect.objectContaining({ index: 'payments_by_day_and_email' }))
  expect(reads.filter(({ how, table }) => how === 'Seq Scan' && table === 'payments')).toEqual([])
})

test('an id finds its payment', async () => {
  const [known] = await owner.query<{ names: string[] }>(
    `select array[id, session_id, reservation_id] as names from payments where id = 'pi_777'`,
  )
  for (const name of known?.names ?? [])
    expect((await findPayments(name)).map(({ id }) => id)).toEqual(['pi_777'])
  expect(recording.statements).toHaveLength(3)
})
