import { describe, expect, test } from 'vitest'
import { cityNumbers } from '@/app/presenters/console/city-numbers'
import { bothTiers, movedTotals, soldShare, totalNumbers } from '@/app/presenters/console/seat-numbers'
import { stockOf } from '@/tests/unit/app/console-stories'

const numbers = (given: Parameters<typeof stockOf>[0] = {}) => cityNumbers(stockOf(given))

test('each seat is in one place', () => {
  const { sold, held, publicLeft, hiddenLeft, limit } = numbers({ ga: { sold: 30, held: 2, limit: 45 } }).ga
  expect({ sold, held, publicLeft, hiddenLeft }).toEqual({ sold: 30, held: 2, publicLeft: 3, hiddenLeft: 10 })
  expect(sold + held + publicLeft + hiddenLeft).toBe(limit)
})

test('seats sold beyond the public limit are no negative public number', () => {
  const { publicLeft, hiddenLeft } = numbers({ ga: { sold: 38, limit: 40 } }).ga
  expect([publicLeft, hiddenLeft]).toEqual([0, 2])
})

test('totals add up cities and tiers', () => {
  const totals = totalNumbers([
    numbers({ ga: { sold: 5 } }),
    numbers({ cityId: 'nyc', vip: { sold: 3, limit: 20 } }),
  ])
  expect(totals.ga).toMatchObject({ sold: 5, limit: 70 })
  expect(totals.vip).toMatchObject({ sold: 3, limit: 35, hiddenLeft: 5 })
  expect(bothTiers(totals)).toMatchObject({ sold: 8, limit: 105 })
})

test('totals of all cities move with those that are watched', () => {
  const elsewhere = numbers({ cityId: 'nyc', ga: { sold: 20 } })
  const [loaded, live] = [numbers(), numbers({ ga: { sold: 7, held: 1 } })]
  const moved = movedTotals(totalNumbers([elsewhere, loaded]), [loaded], [live])
  expect(moved).toEqual(totalNumbers([elsewhere, live]))
})

test('no city, no seats, no share', () => {
  expect(bothTiers(totalNumbers([]))).toMatchObject({ sold: 0, limit: 0 })
  expect(soldShare(bothTiers(totalNumbers([])))).toBe('0%')
})

describe('a share', () => {
  test.each([
    [0, 35, '0%'],
    [1, 1_000, '1%'],
    [5, 10, '50%'],
    [999, 1_000, '99%'],
    [15, 15, '100%'],
    [0, 0, '0%'],
  ])('of %d of %d is %s', (sold, limit, text) => {
    expect(soldShare({ sold, limit })).toBe(text)
  })
})
