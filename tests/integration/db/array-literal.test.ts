import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { storyDatabase } from '../../support/stories/database'

storyDatabase()

async function roundTrip<T>(values: readonly T[], type: string): Promise<T[] | undefined> {
  const { rows } = await sql<{ values: T[] }>`select ${values}::${sql.raw(type)}[] as values`.execute(
    database(),
  )
  return rows[0]?.values
}

const hostile = [
  '',
  ' ',
  'NULL',
  'null',
  '"',
  '""',
  '\\',
  '\\"',
  '\\\\x41',
  "'",
  ',',
  '{',
  '}',
  '{"a","b"}',
  '\n\t\r',
  'ü€🎟️',
  '$1',
  '$&',
]

describe('arrays reach PostgreSQL as they are', () => {
  test.each(hostile)('a text alone: %j', async (text) => {
    expect(await roundTrip([text], 'text')).toEqual([text])
  })

  test('texts together, with and without what has to be escaped, and nothing among them', async () => {
    const plain = ['cs_test_1', 'pi_2', 'new-york-ny']
    expect(await roundTrip(plain, 'text')).toEqual(plain)
    const mixed = hostile.flatMap((text) => [text, null])
    expect(await roundTrip(mixed, 'text')).toEqual(mixed)
    expect(await roundTrip(['one', undefined], 'text')).toEqual(['one', null])
    expect(await roundTrip([null, null], 'text')).toEqual([null, null])
    expect(await roundTrip([], 'text')).toEqual([])
  })

  test('what was never set is null', async () => {
    const withHole = <T>(value: T) => Object.assign(Array<T>(2), { 1: value })
    expect(await roundTrip(withHole('one'), 'text')).toEqual([null, 'one'])
    expect(await roundTrip(withHole('"'), 'text')).toEqual([null, '"'])
    expect(await roundTrip(withHole(1), 'integer')).toEqual([null, 1])
  })

  test('numbers, also as texts', async () => {
    const cents = [0, -1, 250_000, null, Number.MAX_SAFE_INTEGER]
    expect(await roundTrip(cents, 'bigint')).toEqual(cents.map((value) => value?.toString() ?? null))
    expect(await roundTrip([1, 'two'], 'text')).toEqual(['1', 'two'])
    expect(await roundTrip([0.5, 1e21, -1e-7], 'float8')).toEqual([0.5, 1e21, -1e-7])
  })

  test('truths, moments, bytes and arrays of arrays', async () => {
    expect(await roundTrip([true, false, null], 'boolean')).toEqual([true, false, null])
    const moments = [new Date('2026-11-29T07:11:57.123Z'), null]
    expect(await roundTrip(moments, 'timestamptz')).toEqual(moments)
    const bytes = [Buffer.from([0, 34, 92, 255]), Buffer.alloc(0)]
    expect(await roundTrip(bytes, 'bytea')).toEqual(bytes)
    const rows = [
      ['a"', 'b'],
      ['c', 'd\\'],
    ]
    expect(await roundTrip(rows, 'text')).toEqual(rows)
  })
})
