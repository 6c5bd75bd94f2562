import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { sharedAnswer } from '@/app/web/stock/shared-answer'

let asked: number
let isAway: boolean
let ask: () => Promise<number>

beforeEach(() => {
  vi.useFakeTimers()
  asked = 0
  isAway = false
  ask = sharedAnswer(async () => {
    const answer = ++asked
    await new Promise((resolve) => setTimeout(resolve, 200))
    if (isAway) throw new Error('away')
    return answer
  }, 500)
})

afterEach(() => vi.useRealTimers())

const all = (times: number) => Promise.all(Array.from({ length: times }, () => ask()))

it('asks once for all who want to know at the same time', async () => {
  const answers = all(50)
  await vi.advanceTimersByTimeAsync(200)
  expect(new Set(await answers)).toEqual(new Set([1]))
})

it('gives the answer to all who come within half a second of the question, and then asks anew', async () => {
  const first = ask()
  await vi.advanceTimersByTimeAsync(499)
  expect([await first, await ask()]).toEqual([1, 1])
  await vi.advanceTimersByTimeAsync(1)
  const next = all(2)
  await vi.advanceTimersByTimeAsync(200)
  expect(await next).toEqual([2, 2])
})

it('keeps no error', async () => {
  isAway = true
  const failures = Promise.allSettled([ask(), ask()])
  await vi.advanceTimersByTimeAsync(200)
  expect(await failures).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  isAway = false
  const answer = ask()
  await vi.advanceTimersByTimeAsync(200)
  expect(await answer).toBe(2)
})

it('asks one question at a time, however long it takes', async () => {
  let end: (() => void) | undefined
  let questions = 0
  const slow = sharedAnswer(() => {
    questions++
    return new Promise<void>((resolve) => (end = resolve))
  }, 500)
  const first = slow()
  await vi.advanceTimersByTimeAsync(5_000)
  const second = slow()
  end?.()
  await Promise.all([first, second])
  expect(questions).toBe(1)
  void slow()
  expect(questions).toBe(2)
})
