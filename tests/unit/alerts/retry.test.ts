import { expect, test } from 'vitest'
import { maxAttempts, retryDelaySeconds } from '@/lib/alerts/retry'

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
