import { expect, test } from 'vitest'
import { poolSets } from '@/lib/audit/pool-sets'

/** A tour whose pools have so many ledger rows each, and how many of these each set has. */
function setsOf(rows: readonly number[]): number[][] {
  const pools = rows.map((count, index) => ({
    pool: { cityId: `city-${index}`, tier: 'ga' as const },
    rows: count,
  }))
  const sets = poolSets(pools)
  expect(sets.flat()).toEqual(pools)
  return sets.map((set) => set.map((one) => one.rows))
}

test('a tour is one set', () => {
  expect(setsOf([])).toEqual([])
  expect(setsOf([36, 16, 36, 16])).toEqual([[36, 16, 36, 16]])
})

test('a set has 500 pools at most', () => {
  expect(setsOf(Array.from({ length: 1_200 }, () => 36)).map((set) => set.length)).toEqual([500, 500, 200])
})

test('a set has a million rows at most, and a larger pool stands alone', () => {
  const [small, large] = [300_000, 5_000_000]
  expect(setsOf([large, small, small, small, small, large, small, large])).toEqual([
    [large],
    [small, small, small],
    [small],
    [large],
    [small],
    [large],
  ])
  expect(setsOf([1_000_000, 1, 999_999])).toEqual([[1_000_000], [1, 999_999]])
})
