import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'

const databases: TestDatabase[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

test('databases made at once are complete copies that do not see each other', async () => {
  databases.push(...(await Promise.all([1, 2, 3].map(() => createTestDatabase()))))
  const [first, second] = databases
  await query(first?.ownerUrl, 'CREATE TABLE only_here ()')
  expect(await query(second?.appUrl, `SELECT to_regclass('only_here') AS found`)).toEqual([{ found: null }])
  expect(await query(second?.appUrl, 'SELECT count(*)::int AS count FROM cities')).toEqual([{ count: 6 }])
})

test('the application role owns nothing and cannot change the schema', async () => {
  const [database] = databases
  await expect(query(database?.appUrl, 'CREATE TABLE mine ()')).rejects.toThrow('permission denied')
  const owned = `SELECT relname FROM pg_class WHERE relowner = 'sixfb_app'::regrole`
  expect(await query(database?.appUrl, owned)).toEqual([])
})

async function query(connectionString: string | undefined, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(text)).rows as unknown[]
  } finally {
    await client.end()
  }
}
