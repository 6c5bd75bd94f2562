import { expect, test } from 'vitest'
import { isLastTry, maxAttempts, retryDelaySeconds } from '@/lib/alerts/retry'

const waits = (random: () => number) =>
  Array.from({ length: maxAttempts - 1 }, (_, index) => retryDelaySeconds(index + 1, 5, { random }))

test('waits double up to ten minutes', () => {
  expect(waits(() => 0)).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600])
})

test('chance adds a quarter at most', () => {
  expect(waits(() => 1)).toEqual([7, 13, 25, 50, 100, 200, 400, 750, 750])
})

test('a provider that asks for more gets it', () => {
  expect(retryDelaySeconds(1, 5, { atLeast: 3_600 })).toBe(3_600)
  expect(retryDelaySeconds(9, 5, { atLeast: 1, random: () => 0 })).toBe(600)
})

test('a try is the last one when there were ten, or when it may have arrived for the second time and nobody can look', () => {
  const first = { attempt: 1, mayHaveBeenSent: false, canLookUp: false }
  const again = { ...first, attempt: 2, mayHaveBeenSent: true }
  expect(isLastTry('unclear', first)).toBe(false)
  expect(isLastTry('unclear', again)).toBe(true)
  expect(isLastTry('unclear', { ...again, canLookUp: true })).toBe(false)
  expect(isLastTry('not_now', again)).toBe(false)
  for (const kind of ['unclear', 'not_now'] as const)
    expect(isLastTry(kind, { ...first, attempt: maxAttempts, canLookUp: true })).toBe(true)
})
