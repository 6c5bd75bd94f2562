import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ahead, answerOf } from '@/db/ahead'
import { createPool } from '@/db/pool'
import { preparingPool } from '@/db/prepared'
import type { Database } from '@/db/schema'
import { type Connection, database } from '@/lib/database'
import { storyDatabase } from '../../support/stories/database'

const story = storyDatabase()
beforeAll(async () => {
  await story.owner.query('create table notes (id int primary key)')
  await story.owner.query('grant all on notes to public')
})
beforeEach(async () => {
  await story.owner.query('truncate notes')
})

const note = (id: number) => sql`${ahead} insert into notes values (${id})`

async function notes(): Promise<number[]> {
  const rows = await story.owner.query<{ id: number }>('select id from notes order by id')
  return rows.map((row) => row.id)
}

describe('statements sent ahead', () => {
  test('each sees what those before it did, and all are committed', async () => {
    const counts = await database()
      .transaction()
      .execute(async (trx) => {
        const first = await countAhead(trx)
        await note(1).execute(trx)
        const second = await countAhead(trx)
        await note(2).execute(trx)
        return Promise.all([answerOf(first), answerOf(second)])
      })
    expect(counts).toEqual([[{ count: 0 }], [{ count: 1 }]])
    expect(await notes()).toEqual([1, 2])
  })

  test('one that fails fails the commit, with its own error, and nothing is written', async () => {
    const work = database()
      .transaction()
      .execute(async (trx) => {
        await note(1).execute(trx)
        await note(1).execute(trx)
        await note(2).execute(trx)
      })
    await expect(work).rejects.toMatchObject({ code: '23505' })
    expect(await notes()).toEqual([])
  })

  test('one that fails fails the next that is waited for, with its own error', async () => {
    let reached = false
    const work = database()
      .transaction()
      .execute(async (trx) => {
        await note(1).execute(trx)
        await note(1).execute(trx)
        await sql`select 1`.execute(trx)
        reached = true
      })
    await expect(work).rejects.toMatchObject({ code: '23505' })
    expect(reached).toBe(false)
    expect(await notes()).toEqual([])
  })

  test('one that fails fails those that were sent behind it, with its own error', async () => {
    const work = database()
      .transaction()
      .execute(async (trx) => {
        await note(1).execute(trx)
        await note(1).execute(trx)
        return answerOf(await countAhead(trx))
      })
    await expect(work).rejects.toMatchObject({ code: '23505' })
    expect(await notes()).toEqual([])
  })

  test('are known by every copy of the module: the web process has two', async () => {
    vi.resetModules()
    const copy = await import('@/db/ahead')
    expect(copy.answerOf).not.toBe(answerOf)
    const rows = await database()
      .transaction()
      .execute(async (trx) => copy.answerOf(await countAhead(trx)))
    expect(rows).toEqual([{ count: 0 }])
  })

  test('an error of the work itself takes them back', async () => {
    const work = database()
      .transaction()
      .execute(async (trx) => {
        await note(1).execute(trx)
        throw new Error('changed my mind')
      })
    await expect(work).rejects.toThrow('changed my mind')
    expect(await notes()).toEqual([])
  })

  test('a connection that met a failure serves the next transaction', async () => {
    for (let id = 1; id <= 10; id++) {
      const work = database()
        .transaction()
        .execute(async (trx) => {
          await note(id).execute(trx)
          if (id % 2 === 0) await note(id).execute(trx)
        })
      if (id % 2 === 0) await expect(work).rejects.toMatchObject({ code: '23505' })
      else await work
    }
    expect(await notes()).toEqual([1, 3, 5, 7, 9])
  })

  test('there are none outside a transaction', async () => {
    await expect(note(1).execute(database())).rejects.toThrow('Only a transaction')
    expect(await notes()).toEqual([])
  })
})

describe('transactions that begin with their first statement', () => {
  test('one without statements leaves its connection as it was', async () => {
    for (let round = 0; round < 10; round++) await database().transaction().execute(nothing)
    await sql`insert into notes values (1)`.execute(database())
    expect(await notes()).toEqual([1])
  })

  test('one whose first statement fails leaves nothing open', async () => {
    const work = database()
      .transaction()
      .execute((trx) => sql`select 1 / 0`.execute(trx))
    await expect(work).rejects.toMatchObject({ code: '22012' })
    await sql`insert into notes values (1)`.execute(database())
    expect(await notes()).toEqual([1])
  })

  test('one that could not begin writes nothing, whatever it sent by then', async () => {
    const { connection, refuseToBegin } = connectionThatMayNotBegin()
    const transaction = (...statements: RawBuilder<unknown>[]) =>
      connection.transaction().execute(async (trx) => {
        for (const statement of statements) await statement.execute(trx)
      })
    const write = sql`insert into notes values (1)`
    for (const statements of [
      [write],
      [note(1), note(2)],
      [sql`select 1`, write],
      [sql`${ahead} select 1`, note(1), sql`select 1`],
      [sql`with new as (insert into notes values (1) returning id) select * from new`],
      [sql`select 1`],
    ]) {
      refuseToBegin()
      await expect(transaction(...statements)).rejects.toMatchObject({ code: '22012' })
      expect(await notes()).toEqual([])
    }
    await transaction(note(3))
    expect(await notes()).toEqual([3])
    await connection.destroy()
  })

  test.each([sql`insert into notes values (1)`, note(1)])(
    'one that breaks off before it has begun writes nothing',
    async (write) => {
      const { connection, beginLate } = connectionThatMayNotBegin()
      beginLate()
      let written: Promise<unknown> | undefined
      const work = connection.transaction().execute(async (trx) => {
        written = write.execute(trx)
        written.catch(() => {})
        await Promise.resolve()
        throw new Error('changed my mind')
      })
      await expect(work).rejects.toThrow('changed my mind')
      await expect(written).rejects.toThrow('has ended')
      await connection.destroy()
      expect(await notes()).toEqual([])
    },
  )

  test('one with an isolation level of its own is committed, and keeps it', async () => {
    const levels = await database()
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        await note(1).execute(trx)
        // Has come, so the transaction has its view of the table.
        await answerOf(await countAhead(trx))
        await story.owner.query('insert into notes values (2)')
        const { rows } = await sql<{ count: number }>`select count(*)::int from notes`.execute(trx)
        return rows
      })
    expect(levels).toEqual([{ count: 1 }])
    expect(await notes()).toEqual([1, 2])
  })
})

function countAhead(trx: Connection) {
  return sql<{ count: number }>`${ahead} select count(*)::int from notes`.execute(trx)
}

/** A connection whose next transaction begins late, or not at all, as if an operator cancelled that very statement. */
function connectionThatMayNotBegin() {
  let instead: ((begin: string) => string) | undefined
  const pool = createPool({ connectionString: story.appUrl, max: 1, applicationName: 'no-begin' })
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (what: unknown) => Promise<unknown>
    const changing = (what: unknown) => {
      if (!instead || typeof what !== 'string' || !what.startsWith('begin')) return query(what)
      const text = instead(what)
      instead = undefined
      return query(text)
    }
    client.query = changing as typeof client.query
  })
  const connection = new Kysely<Database>({ dialect: new PostgresDialect({ pool: preparingPool(pool) }) })
  return {
    connection,
    refuseToBegin: () => (instead = () => 'select 1 / 0'),
    beginLate: () => (instead = (begin) => `select pg_sleep(0.1); ${begin}`),
  }
}

async function nothing(): Promise<void> {}
