import { sql } from 'kysely'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isUnavailable } from '@/app/web/unavailable'
import { ahead } from '@/db/ahead'
import { createDatabase } from '@/db/client'
import type { Connection } from '@/lib/database'
import { isAboutContent } from '@/lib/content-fault'
import { type TcpRelay, startTcpRelay } from '../../support/tcp-relay'
import { storyDatabase } from '../../support/stories/database'

const story = storyDatabase()
let relay: TcpRelay
let connection: Connection

beforeAll(async () => {
  await story.owner.query('create table notes (id int primary key)')
  await story.owner.query('grant all on notes to public')
})
beforeEach(async () => {
  relay = await startTcpRelay(story.appUrl)
  connection = createDatabase({
    connectionString: relay.url,
    max: 1,
    applicationName: 'vanished',
    statementTimeoutMs: 300,
  })
})
afterEach(async () => {
  await connection.destroy()
  await relay.close()
})

const notes = () => story.owner.query('select id from notes')

describe('a host that vanishes without a word', () => {
  test('fails the statement under way, and the next one finds another connection', async () => {
    await sql`select 1`.execute(connection)
    relay.silence()
    const error: unknown = await sql`select 2`.execute(connection).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    // So a batch is tried again as it is, and none of its jobs counts as the one at fault.
    expect(isAboutContent(error)).toBe(false)
    // And a request is answered with 503.
    expect(isUnavailable(error)).toBe(true)
    expect((await sql`select 3 as answer`.execute(connection)).rows).toEqual([{ answer: 3 }])
  })

  test('fails a transaction, with all that it sent ahead, and the next one is committed', async () => {
    const write = (id: number, then: () => void) =>
      connection.transaction().execute(async (trx) => {
        await sql`select 1`.execute(trx)
        then()
        await sql`${ahead} insert into notes values (${id})`.execute(trx)
        await sql`${ahead} insert into notes values (${id + 1})`.execute(trx)
      })
    const error: unknown = await write(1, relay.silence).catch((reason: unknown) => reason)
    expect([isAboutContent(error), isUnavailable(error)]).toEqual([false, true])
    await write(3, () => {})
    expect(await notes()).toEqual([{ id: 3 }, { id: 4 }])
  })
})
