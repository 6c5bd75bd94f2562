import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { release } from '@/lib/release'
import { createTestDatabase } from '@/tests/support/database'

const database = await createTestDatabase()
afterAll(() => database.drop())

test('a release may be repeated, also three times at once, and then changes nothing', async () => {
  const before = await counts()
  const results = await Promise.all([1, 2, 3].map(() => release(database)))
  expect(results.map(({ migrations }) => migrations)).toEqual([[], [], []])
  expect(await counts()).toEqual(before)
})

async function counts(): Promise<unknown> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  const { rows } = await client.query(
    `SELECT (SELECT count(*) FROM cities) AS cities, (SELECT count(*) FROM prices) AS prices,
       (SELECT count(*) FROM inventory_transactions) AS ledger, (SELECT count(*) FROM alert_thresholds) AS thresholds,
       (SELECT sum(actual_limit) FROM inventory) AS seats`,
  )
  await client.end()
  return rows
}
