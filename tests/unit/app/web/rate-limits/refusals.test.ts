import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createRefusals } from '@/app/web/rate-limits/refusals'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('remembers a refusal for as long as it lasts', () => {
  const refusals = createRefusals()
  refusals.note('a', 1_000)
  vi.advanceTimersByTime(999)
  expect([refusals.isNoted('a'), refusals.isNoted('b')]).toEqual([true, false])
  vi.advanceTimersByTime(1)
  expect(refusals.isNoted('a')).toBe(false)
})

it('remembers ten thousand, and those best that were refused last', () => {
  const refusals = createRefusals()
  for (let n = 0; n < 10_000; n++) refusals.note(`${n}`, 60_000)
  refusals.note('0', 60_000)
  refusals.note('10000', 60_000)
  expect(['0', '1', '2', '10000'].map((n) => refusals.isNoted(n))).toEqual([true, false, true, true])
})
