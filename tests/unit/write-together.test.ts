import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { writeTogether } from '@/lib/write-together'

/** A writer whose batches end when the test says so. */
function writer({
  largest = 10,
  lineOf = () => 'one',
}: {
  largest?: number
  lineOf?: (item: string) => string
}) {
  const batches: { items: string[]; end: (error?: Error) => void }[] = []
  const write = writeTogether<string, string>({
    largest,
    lineOf,
    write: (items) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve(items.map((item) => `${item}!`)))
        batches.push({ items: [...items], end })
      }),
  })
  return { write, batches, written: () => batches.map(({ items }) => items) }
}

/** All promises that can go on have gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a lonely item starts at once; those that come meanwhile go together, in order, at most so many', async () => {
  const { write, batches, written } = writer({ largest: 3 })
  const answers = ['a', 'b', 'c', 'd', 'e'].map(write)
  expect(written()).toEqual([['a']])
  for (let batch = 0; batch < 3; batch++) {
    batches[batch]?.end()
    await settled()
  }
  expect(written()).toEqual([['a'], ['b', 'c', 'd'], ['e']])
  expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!', 'd!', 'e!'])
})

test('lines do not wait for each other, and one that has ended starts anew', async () => {
  const { write, batches, written } = writer({ lineOf: (item) => item[0] ?? '' })
  const answers = ['a1', 'b1', 'a2'].map(write)
  expect(written()).toEqual([['a1'], ['b1']])
  batches[1]?.end()
  await settled()
  void write('b2')
  expect(written()).toEqual([['a1'], ['b1'], ['b2']])
  batches[0]?.end()
  await settled()
  batches[3]?.end()
  expect(await Promise.all(answers)).toEqual(['a1!', 'b1!', 'a2!'])
})

describe('a batch that fails', () => {
  const failed = (code: string) => Object.assign(new pg.DatabaseError(code, 0, 'error'), { code })

  async function fail(error: Error) {
    const { write, batches, written } = writer({})
    const answers = Promise.allSettled(['a', 'b', 'c', 'd'].map(write))
    batches[0]?.end()
    await settled()
    batches[1]?.end(error)
    await settled()
    return { answers, batches, written }
  }

  test('through one of its items is tried item by item, and only that one is refused', async () => {
    const { answers, batches, written } = await fail(failed('23514'))
    for (const batch of [2, 3, 4]) {
      batches[batch]?.end(batch === 3 ? failed('23514') : undefined)
      await settled()
    }
    expect(written()).toEqual([['a'], ['b', 'c', 'd'], ['b'], ['c'], ['d']])
    expect((await answers).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })

  test.each([
    ['the database is shutting down', failed('57P01')],
    ['somebody else keeps the row locked', failed('55P03')],
    ['there is no connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ])('because %s is refused whole', async (_, error) => {
    const { answers, written } = await fail(error)
    expect(written()).toEqual([['a'], ['b', 'c', 'd']])
    expect((await answers).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ])
  })
})
