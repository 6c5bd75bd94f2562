import Stripe from 'stripe'
import { config } from '@/lib/config'
import { limitedCalls } from './limited-calls'

const shared = globalThis as typeof globalThis & { __stripe?: Stripe }

/** How long one call to Stripe may take, to the end of its answer. */
const stripeTimeoutMs = 10_000

/**
 * The process's Stripe client. It repeats nothing by itself: each caller knows whether a call may be
 * repeated, and with which idempotency key.
 */
export function stripe(): Stripe {
  shared.__stripe ??= createStripe()
  return shared.__stripe
}

function createStripe(): Stripe {
  const { secretKey, apiBase } = config().stripe
  const base = apiBase === undefined ? null : new URL(apiBase)
  return new Stripe(secretKey, {
    ...(base && {
      host: base.hostname,
      port: base.port,
      protocol: base.protocol === 'http:' ? 'http' : 'https',
    }),
    httpClient: limitedCalls(),
    maxNetworkRetries: 0,
    timeout: stripeTimeoutMs,
    telemetry: false,
  })
}
