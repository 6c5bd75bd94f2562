import { expect, test } from 'vitest'
import { periodsBetween } from '@/lib/analytics/periods'

const at = (day: number) => new Date(Date.UTC(2026, 0, day))
const totals = (...sold: (number | null)[]) =>
  sold.map((total, index) => ({ at: at(index + 1), sold: total }))

test('what was sold is what the totals differ by', () => {
  expect(periodsBetween(totals(0, 3, 3, 8)).map(({ sold }) => sold)).toEqual([3, 0, 5])
})

test('a period is from one moment to the next', () => {
  expect(periodsBetween(totals(0, 3))).toEqual([{ from: at(1), sold: 3 }])
})

test('more seats returned than sold are below zero', () => {
  expect(periodsBetween(totals(5, 3)).map(({ sold }) => sold)).toEqual([-2])
})

test('an unknown total is a gap on both sides of it', () => {
  expect(periodsBetween(totals(0, null, 4, 6)).map(({ sold }) => sold)).toEqual([null, null, 2])
})

test('a reset is no return: what was sold before and after it on the same day counts', () => {
  const jumps = [{ at: new Date(Date.UTC(2026, 0, 2, 12)), seats: -7 }]
  expect(periodsBetween(totals(5, 6, 2), jumps).map(({ sold }) => sold)).toEqual([1, 3])
})

test('a jump at the very end of a period belongs to it', () => {
  expect(periodsBetween(totals(5, 0, 0), [{ at: at(2), seats: -5 }]).map(({ sold }) => sold)).toEqual([0, 0])
})

test('a jump belongs where the totals know of it, also where they are older than the ends of periods', () => {
  const hourBefore = (day: number) => new Date(at(day).getTime() - 3_600_000)
  const points = totals(5, 5, 0).map((point, index) => ({ ...point, countedAt: hourBefore(index + 1) }))
  const jumps = [{ at: new Date(at(2).getTime() - 1_800_000), seats: -5 }]
  expect(periodsBetween(points, jumps).map(({ sold }) => sold)).toEqual([0, 0])
})

test('nothing to tell from one moment or none', () => {
  expect(periodsBetween(totals(4))).toEqual([])
  expect(periodsBetween([])).toEqual([])
})
