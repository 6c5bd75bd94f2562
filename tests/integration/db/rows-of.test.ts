import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { rowsOf } from '@/db/rows-of'
import { database } from '@/lib/database'
import { storyDatabase } from '../../support/stories/database'

storyDatabase()

interface Item {
  name: string | null
  seats: number
  at: Date
  asked: object | null
  hash: Buffer
}

const items: Item[] = [
  {
    name: 'one, "two" \\ {three}',
    seats: 1,
    at: new Date(0),
    asked: { is: [1, '},{'] },
    hash: Buffer.from([0, 255]),
  },
  { name: null, seats: 2, at: new Date('2026-11-30T12:00:00.123Z'), asked: null, hash: Buffer.alloc(0) },
  { name: 'NULL', seats: 3, at: new Date('2000-02-29T00:00:00Z'), asked: [], hash: Buffer.from('\n') },
]

function select(from: readonly Item[]) {
  return sql<Item & { place: number }>`
    select * from ${rowsOf([...from.entries()], {
      place: ['int', ([place]) => place],
      name: ['text', ([, one]) => one.name],
      seats: ['bigint', ([, one]) => one.seats],
      at: ['timestamptz', ([, one]) => one.at],
      asked: ['jsonb', ([, one]) => one.asked && JSON.stringify(one.asked)],
      hash: ['bytea', ([, one]) => one.hash],
    })} item`.execute(database())
}

test('items are rows, value by value and in their order', async () => {
  const { rows } = await select(items)
  expect(rows).toEqual(items.map((item, place) => ({ place, ...item })))
})

test('no items are no rows', async () => {
  const { rows } = await select([])
  expect(rows).toEqual([])
})

test('a statement has the same text for any number of items, so that it is prepared once', () => {
  const textOf = (from: readonly Item[]) =>
    sql`${rowsOf(from, { name: ['text', (one) => one.name] })}`.compile(database()).sql
  expect(textOf(items)).toBe(textOf([]))
})
