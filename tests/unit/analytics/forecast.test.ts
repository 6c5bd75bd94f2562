import { describe, expect, test } from 'vitest'
import { forecastSellOut } from '@/lib/analytics/forecast'

const now = new Date('2026-01-20T12:00:00Z')
/** Days up to today, which is under way. */
const days = (...sold: (number | null)[]) =>
  sold.map((seats, index) => ({
    from: new Date(now.getTime() - (sold.length - index) * 86_400_000),
    sold: seats,
  }))
const inDays = (date: Date | null | undefined) =>
  date == null ? date : Math.round(((date.getTime() - now.getTime()) / 86_400_000) * 10) / 10

test('goes on at the pace of the last days', () => {
  const forecast = forecastSellOut({ days: days(2, 2, 2, 2, 2, 2, 2, 0), left: 14, now })
  expect(forecast?.pace).toBe(2)
  expect(inDays(forecast?.likely)).toBe(7)
})

test('today does not count: it is not over', () => {
  const quiet = forecastSellOut({ days: days(3, 3, 3, 0), left: 9, now })
  const busy = forecastSellOut({ days: days(3, 3, 3, 30), left: 9, now })
  expect(quiet).toEqual(busy)
})

test('days before the last week do not count', () => {
  const forecast = forecastSellOut({ days: days(50, 50, 1, 1, 1, 1, 1, 1, 1, 0), left: 7, now })
  expect(forecast).toMatchObject({ pace: 1, days: 7 })
})

test('the range holds the likely date, and is wider where days differ more', () => {
  const even = forecastSellOut({ days: days(4, 4, 4, 4, 4, 4, 4, 0), left: 40, now })
  const uneven = forecastSellOut({ days: days(0, 12, 0, 0, 0, 16, 0, 0), left: 40, now })
  expect(inDays(even?.likely)).toBe(inDays(uneven?.likely))
  for (const forecast of [even, uneven]) {
    expect(inDays(forecast?.earliest)).toBeLessThan(inDays(forecast?.likely) ?? 0)
  }
  expect(inDays(even?.latest)).toBeGreaterThan(inDays(even?.likely) ?? 0)
  expect(inDays(uneven?.earliest)).toBeLessThan(inDays(even?.earliest) ?? 0)
})

test('even days still scatter like buyers who come by chance', () => {
  // Four a day over seven days: the standard error is √(4 ÷ 7), 1.28 of them are 0.97.
  const forecast = forecastSellOut({ days: days(4, 4, 4, 4, 4, 4, 4, 0), left: 40, now })
  expect(inDays(forecast?.earliest)).toBe(8.1)
  expect(inDays(forecast?.latest)).toBe(13.2)
})

test('a pace that may come to nothing has no latest date', () => {
  const forecast = forecastSellOut({ days: days(0, 0, 0, 4, 0, 0, 0, 0), left: 5, now })
  expect(forecast?.latest).toBeNull()
})

describe('says nothing', () => {
  test.each([
    ['about a tier that is sold out', { days: days(5, 5, 5, 5), left: 0 }],
    ['about a tier that is oversold', { days: days(5, 5, 5, 5), left: -1 }],
    ['after two days', { days: days(5, 5, 0), left: 10 }],
    ['after days that nobody knows of', { days: days(null, null, 5, 5, 0), left: 10 }],
    ['from three seats', { days: days(1, 1, 1, 0), left: 10 }],
    ['where more seats came back than were sold', { days: days(1, -4, 1, 1, 0), left: 10 }],
    ['beyond two years', { days: days(1, 1, 1, 1, 0), left: 731 }],
    ['without any day', { days: [], left: 10 }],
  ])('%s', (_, input) => {
    expect(forecastSellOut({ ...input, now })).toBeNull()
  })
})
