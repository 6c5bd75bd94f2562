import { RateLimiterMemory } from 'rate-limiter-flexible'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { exchangedLimiter } from '@/app/web/rate-limits/exchanged-limiter'

const limit = { points: 100, seconds: 60 }
let writes: number
let shared: RateLimiterMemory

beforeEach(() => {
  vi.useFakeTimers()
  writes = 0
  shared = new RateLimiterMemory({ points: limit.points, duration: limit.seconds })
  const penalty = shared.penalty.bind(shared)
  shared.penalty = (...args) => {
    writes++
    return penalty(...args)
  }
})

afterEach(() => vi.useRealTimers())

async function use(limiter: ReturnType<typeof exchangedLimiter>, times: number, key = 'a'): Promise<number> {
  let refused = 0
  for (let time = 0; time < times; time++) await limiter.consume(key).catch(() => refused++)
  return refused
}

it('lets so many through, and costs at most one write a second for each busy address', async () => {
  const limiter = exchangedLimiter(limit, shared)
  expect(await use(limiter, 90)).toBe(0)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(writes).toBe(1)
  expect(await use(limiter, 20)).toBe(10)
  limiter.close()
})

it('writes nothing for who uses less than a tenth', async () => {
  const limiter = exchangedLimiter(limit, shared)
  await use(limiter, 9)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(writes).toBe(0)
  limiter.close()
})

it('learns from the others within a second', async () => {
  const [one, two] = [exchangedLimiter(limit, shared), exchangedLimiter(limit, shared)]
  await use(one, 80)
  await use(two, 15)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await use(two, 10)).toBe(5)
  one.close()
  two.close()
})

it('counts on by itself while the others cannot be reached', async () => {
  shared.penalty = () => Promise.reject(new Error('away'))
  const limiter = exchangedLimiter(limit, shared)
  await use(limiter, 50)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await use(limiter, 60)).toBe(10)
  limiter.close()
})

it('forgets after its time', async () => {
  const limiter = exchangedLimiter(limit, shared)
  await use(limiter, 100)
  await vi.advanceTimersByTimeAsync(61_000)
  expect(await use(limiter, 100)).toBe(0)
  limiter.close()
})
