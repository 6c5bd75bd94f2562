import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createCrowd } from '@/app/web/stock/crowd'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** @param takesMs how long telling each of them takes */
function crowdOf(size: number, takesMs = 0) {
  const crowd = createCrowd<number>()
  const watchers = Array.from({ length: size }, () => {
    const seen: (number | 'lost')[] = []
    const changed = (view: number) => {
      vi.advanceTimersByTime(takesMs)
      seen.push(view)
    }
    return { seen, leave: crowd.join({ changed, lost: () => seen.push('lost') }) }
  })
  return { crowd, watchers, seenBy: (index: number) => watchers[index]?.seen }
}

it('tells a few of each change at once', async () => {
  const { crowd, seenBy } = crowdOf(2)
  crowd.changed(1)
  expect([seenBy(0), seenBy(1)]).toEqual([[1], [1]])
  await vi.advanceTimersByTimeAsync(1)
  crowd.changed(2)
  expect([seenBy(0), seenBy(1)]).toEqual([
    [1, 2],
    [1, 2],
  ])
})

it('lets requests be answered while it tells many', async () => {
  const { crowd, watchers } = crowdOf(1_000)
  const told = () => watchers.filter(({ seen }) => seen.length > 0).length
  let toldBefore: number | undefined
  setImmediate(() => (toldBefore = told()))
  crowd.changed(1)
  await vi.advanceTimersByTimeAsync(10)
  expect(toldBefore).toBeLessThan(500)
  expect(told()).toBe(1_000)
})

it('rests three times as long as telling took, then tells the latest of what came meanwhile', async () => {
  const { crowd, seenBy } = crowdOf(100, 1)
  crowd.changed(1)
  crowd.changed(2)
  await vi.advanceTimersByTimeAsync(290)
  crowd.changed(3)
  expect(seenBy(99)).toEqual([1])
  await vi.advanceTimersByTimeAsync(30)
  expect(seenBy(99)).toEqual([1, 3])
})

it('rests for no longer than three quarters of a second', async () => {
  const { crowd, seenBy } = crowdOf(100, 20)
  crowd.changed(1)
  crowd.changed(2)
  await vi.advanceTimersByTimeAsync(760)
  expect(seenBy(99)).toContain(2)
})

it('tells nothing to who has left, nor what it had still to tell when the numbers were lost, or at the end', async () => {
  const { crowd, watchers, seenBy } = crowdOf(1_000)
  crowd.changed(1)
  watchers[999]?.leave()
  crowd.changed(2)
  crowd.lost()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([seenBy(0), seenBy(999)]).toEqual([[1, 'lost'], []])
  crowd.changed(3)
  crowd.dissolve()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([seenBy(0), seenBy(998), crowd.size]).toEqual([[1, 'lost', 3], ['lost'], 0])
})
