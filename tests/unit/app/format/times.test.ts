import { expect, test } from 'vitest'
import { formatAgo, formatExactly } from '@/app/format/dates'
import { beginningOf, dayAfter } from '@/app/format/day-bounds'
import { minutesInWords } from '@/app/format/minutes'
import { timeLeft } from '@/app/format/time-left'

test.each([
  ['2026-03-02', 'America/New_York', '2026-03-02T05:00:00.000Z'],
  // Clocks are put forward that night, and back on the other one.
  ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
  ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00.000Z'],
  ['2026-11-01', 'America/Chicago', '2026-11-01T05:00:00.000Z'],
  ['2026-11-02', 'America/Chicago', '2026-11-02T06:00:00.000Z'],
  // Midnight itself is skipped, or comes twice.
  ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ['2026-09-07', 'America/Santiago', '2026-09-07T03:00:00.000Z'],
  ['2026-04-05', 'America/Santiago', '2026-04-05T04:00:00.000Z'],
  ['2026-03-08', 'America/Havana', '2026-03-08T05:00:00.000Z'],
  ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
  ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00.000Z'],
  ['2026-01-01', 'Asia/Kathmandu', '2025-12-31T18:15:00.000Z'],
  ['2026-01-01', 'UTC', '2026-01-01T00:00:00.000Z'],
])('%s begins in %s at %s', (day, zone, moment) => {
  expect(beginningOf(day, zone).toISOString()).toBe(moment)
})

test('in a narrow column a date breaks before its clock, and nowhere in it', () => {
  const written = formatExactly(new Date('2026-12-01T02:52:00Z'), 'UTC')
  expect(written.split(' ').at(-1)).toMatch(/^2:52\sAM\sUTC$/)
})

test('the day after the last of a year', () => {
  expect(dayAfter('2026-12-31')).toBe('2027-01-01')
  expect(dayAfter('2028-02-28')).toBe('2028-02-29')
})

test.each([
  [-5, 'ending'],
  [40, '40 s'],
  [539, '9 min'],
  [3_600, '1 h'],
  [7_500, '2 h 5 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(timeLeft(seconds)).toBe(words)
})

test.each([
  [5, '5 minutes'],
  [60, '1 hour'],
  [61, '1 hour 1 minute'],
  [1_430, '23 hours 50 minutes'],
])('%d minutes are %s in a sentence', (minutes, words) => {
  expect(minutesInWords(minutes)).toBe(words)
})

test.each([
  [20, 'just now'],
  [300, '5 min ago'],
  [3 * 3_600, '3 h ago'],
  [47 * 3_600, '47 h ago'],
  [49 * 3_600, '2 days ago'],
])('%d seconds ago is %s', (seconds, words) => {
  const now = new Date('2026-01-20T12:00:00Z')
  expect(formatAgo(new Date(now.getTime() - seconds * 1_000), now)).toBe(words)
})
