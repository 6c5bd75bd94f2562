import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { FullStock } from '@/app/api/schemas/stock'
import { createFullStockFeed } from '@/app/web/stock/full-stock'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('tells its watchers that the numbers are lost when a look is not answered for three seconds', async () => {
  let isSilent = false
  const read = (): Promise<FullStock[]> => (isSilent ? new Promise(() => {}) : Promise.resolve([]))
  const feed = createFullStockFeed({ onAnnouncement: () => () => {} }, read)
  let changes = 0
  let losses = 0
  const unwatch = feed.watch({ changed: () => (changes += 1), lost: () => (losses += 1) })
  await vi.advanceTimersByTimeAsync(2_000)
  expect([changes, losses]).toEqual([1, 0])
  isSilent = true
  await vi.advanceTimersByTimeAsync(3_000)
  expect(losses).toBe(0)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(losses).toBeGreaterThan(0)
  unwatch()
})

it('tells nobody numbers that were read for watchers who have left', async () => {
  const read = Promise.withResolvers<FullStock[]>()
  const feed = createFullStockFeed({ onAnnouncement: () => () => {} }, () => read.promise)
  const leave = feed.watch({ changed: () => {}, lost: () => {} })
  leave()
  read.resolve([])
  await vi.advanceTimersByTimeAsync(600_000)
  let changes = 0
  const unwatch = feed.watch({ changed: () => (changes += 1), lost: () => {} })
  expect(changes).toBe(0)
  await vi.advanceTimersByTimeAsync(0)
  expect(changes).toBe(1)
  unwatch()
})
