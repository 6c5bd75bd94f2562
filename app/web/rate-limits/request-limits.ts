import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'
import { networkOf } from '@/lib/network-of'
import type { Config, RateLimitName } from '@/lib/config'
import { rateLimitNames } from '@/lib/config/formats'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import { type ExchangedLimiter, exchangedLimiter } from './exchanged-limiter'
import { defaultLimits } from './limits'
import { createRefusals } from './refusals'
import { openSharedStore } from './shared-store'

/** How often callers may do what. One per process. */
export interface RequestLimits {
  /**
   * Counts one request.
   *
   * @returns seconds to wait before the next one, or null when this one may pass
   */
  count(name: RateLimitName, caller: Caller): Promise<number | null>
  /** Whether `count` has just refused the caller here, and would again: said without asking a store, and not counted. */
  isRefusing(name: RateLimitName, caller: Caller): boolean
  close(): void
}

export type Caller = { address: string | null } | { tokenId: string }

/** @param settings may change the default limits, or switch them off by name */
export async function createRequestLimits({
  rateLimits,
  redisUrl,
}: Pick<Config, 'rateLimits' | 'redisUrl'>): Promise<RequestLimits> {
  const store = await openSharedStore(redisUrl, reportOnceIn(10_000))
  const limiters = new Map<RateLimitName, RateLimiterAbstract | ExchangedLimiter>()
  const exchanged: ExchangedLimiter[] = []
  const refusals = createRefusals()
  for (const name of rateLimitNames) {
    const limit = rateLimits.has(name) ? rateLimits.get(name) : defaultLimits[name]
    if (!limit) continue
    const shared = store.limiter(name, limit)
    if (defaultLimits[name].counted === 'together') {
      limiters.set(name, shared)
      continue
    }
    const limiter = exchangedLimiter(limit, shared)
    exchanged.push(limiter)
    limiters.set(name, limiter)
  }
  return {
    async count(name, caller) {
      const limiter = limiters.get(name)
      if (!limiter) return null
      try {
        await limiter.consume(keyOf(caller))
        return null
      } catch (refused) {
        if (refused instanceof RateLimiterRes) {
          refusals.note(`${name}:${keyOf(caller)}`, refused.msBeforeNext)
          return Math.max(1, Math.ceil(refused.msBeforeNext / 1_000))
        }
        // No fault of the limiter's own may close the shop.
        log().error({ code: 'rate_limiter_failed', err: refused }, 'requests are not limited')
        return null
      }
    },
    isRefusing: (name, caller) => refusals.isNoted(`${name}:${keyOf(caller)}`),
    close() {
      for (const limiter of exchanged) limiter.close()
      store.close()
    },
  }
}

function keyOf(caller: Caller): string {
  return 'tokenId' in caller ? `token:${caller.tokenId}` : networkOf(caller.address ?? 'unknown')
}

function reportOnceIn(quietMs: number): (error: unknown) => void {
  let reportedAt = Number.NEGATIVE_INFINITY
  return (error) => {
    if (performance.now() - reportedAt < quietMs) return
    reportedAt = performance.now()
    log().warn(
      { code: 'rate_limit_store', detail: errorText(error) },
      'each process limits requests for itself',
    )
  }
}
