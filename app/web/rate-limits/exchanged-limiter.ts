import { type RateLimiterAbstract, RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { RateLimit } from '@/lib/config'

const exchangeMs = 1_000
/** A caller who used less than this part of a limit is not told to the others, and costs no write at all. */
const concerningPart = 0.1
/** Keys exchanged at a time: a flood from many addresses must not become a flood of writes. */
const exchangedAtMost = 100

/** A count in memory that learns once a second what other processes have counted. */
export interface ExchangedLimiter {
  consume(key: string): Promise<RateLimiterRes>
  close(): void
}

/** @param shared counts what all processes have told each other */
export function exchangedLimiter(limit: RateLimit, shared: RateLimiterAbstract): ExchangedLimiter {
  const memory = new RateLimiterMemory({ points: limit.points, duration: limit.seconds })
  const untold = new Map<string, { points: number; since: number }>()
  const timer = setInterval(() => void exchange(), exchangeMs).unref()

  async function exchange(): Promise<void> {
    const concerning: [key: string, points: number][] = []
    for (const [key, { points, since }] of untold) {
      const isConcerning = points >= limit.points * concerningPart
      if (isConcerning) concerning.push([key, points])
      if (isConcerning || performance.now() - since > limit.seconds * 1_000) untold.delete(key)
    }
    await Promise.all(concerning.slice(0, exchangedAtMost).map(([key, points]) => tell(key, points)))
  }

  async function tell(key: string, points: number): Promise<void> {
    try {
      const all = await shared.penalty(key, points)
      const here = await memory.get(key)
      if (all.consumedPoints <= (here?.consumedPoints ?? 0)) return
      await memory.set(key, all.consumedPoints, Math.max(1, Math.ceil(all.msBeforeNext / 1_000)))
    } catch {
      // The store reports its own failures; until it is back each process counts for itself.
    }
  }

  return {
    consume(key) {
      const known = untold.get(key)
      if (known) known.points += 1
      else untold.set(key, { points: 1, since: performance.now() })
      return memory.consume(key)
    },
    close: () => clearInterval(timer),
  }
}
