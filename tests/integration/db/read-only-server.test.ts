import { sql } from 'kysely'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isUnavailable } from '@/app/web/unavailable'
import { ahead } from '@/db/ahead'
import { createDatabase } from '@/db/client'
import type { Connection } from '@/lib/database'
import { isAboutContent } from '@/lib/content-fault'
import { checkReadiness } from '@/lib/health'
import { storyDatabase } from '../../support/stories/database'

const story = storyDatabase()
/** For connections that are opened from now on, as after a failover. */
const takeWrites = (
  setting: 'set default_transaction_read_only = on' | 'reset default_transaction_read_only',
) => story.owner.query(`alter database ${new URL(story.appUrl).pathname.slice(1)} ${setting}`)

beforeAll(async () => {
  await story.owner.query('create table notes (id int primary key)')
  await story.owner.query('grant all on notes to public')
})
afterEach(() => takeWrites('reset default_transaction_read_only'))

describe('a connection to a server that takes no writes any more', () => {
  const write = (connection: Connection, id: number) =>
    sql`insert into notes values (${id})`.execute(connection)
  const inTransaction = (connection: Connection, id: number) =>
    connection.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx)
      await sql`${ahead} insert into notes values (${id})`.execute(trx)
    })

  test.each([
    ['a statement', write],
    ['a transaction', inTransaction],
  ])('is left when it refuses %s, however often it is read from', async (_name, attempt) => {
    const connection = createDatabase({ connectionString: story.appUrl, max: 1, applicationName: 'left' })
    try {
      await takeWrites('set default_transaction_read_only = on')
      const error: unknown = await attempt(connection, 1).catch((reason: unknown) => reason)
      expect([isAboutContent(error), isUnavailable(error)]).toEqual([false, true])
      await takeWrites('reset default_transaction_read_only')
      await attempt(connection, 1)
      expect(await story.owner.query('delete from notes returning id')).toEqual([{ id: 1 }])
    } finally {
      await connection.destroy()
    }
  })

  test('is not ready, and is left when that is asked', async () => {
    await takeWrites('set default_transaction_read_only = on')
    expect(await checkReadiness()).toEqual({ ready: false, database: false, schema: false, queue: false })
    await takeWrites('reset default_transaction_read_only')
    expect(await checkReadiness()).toEqual({ ready: true, database: true, schema: true, queue: true })
  })
})
