import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { log } from '@/lib/log'
import { pastLocks } from '@/lib/past-locks'
import { createTestDatabase } from '@/tests/support/database'
import { until } from '@/tests/support/until'

const database = await createTestDatabase()
const changing = new pg.Client({ connectionString: database.ownerUrl })
const observer = new pg.Client({ connectionString: database.ownerUrl })
const shop = new pg.Client({ connectionString: inject('cluster').superuser + database.name })
beforeAll(async () => {
  await Promise.all([changing, observer, shop].map((client) => client.connect()))
  await observer.query('create table first (); create table second ()')
  // Whoever notices a deadlock is refused, and that shall not be the shop.
  await shop.query(`set deadlock_timeout = '1min'`)
})
afterAll(async () => {
  await Promise.all([changing, observer, shop].map((client) => client.end()))
  await database.drop()
})

test('work that was refused to end a deadlock is tried again, and the log says what it was', async () => {
  const warned = vi.spyOn(log(), 'warn')
  await shop.query('begin; lock table second in access share mode')
  let shopDone: Promise<unknown> | undefined
  const change = async () => {
    await changing.query('begin; alter table first add column note text')
    if (shopDone === undefined) {
      shopDone = shop.query('lock table first in access share mode; commit')
      await until(async () => (await observer.query(waitsForFirst)).rowCount === 1)
    }
    await changing.query('alter table second add column note text; commit')
  }
  await pastLocks(async () => {
    try {
      await change()
    } catch (error) {
      await changing.query('rollback')
      throw error
    }
  }, 1)
  await shopDone
  expect((await observer.query('select first.note, second.note from first, second')).rowCount).toBe(0)
  expect(warned).toHaveBeenCalledExactlyOnceWith({ code: 'deadlock', tries: 1 }, expect.any(String))
})

const waitsForFirst = `select from pg_locks where relation = 'first'::regclass and not granted`
