import { expect, test } from 'vitest'
import { reloadOrderMs } from '@/app/live/order-pace'

test.each(['confirming', 'unknown'] as const)(
  'an order that is %s is asked about every few seconds',
  (state) => {
    expect(reloadOrderMs(state)).toBeLessThanOrEqual(3_000)
  },
)

test.each(['awaiting_payment', 'needs_attention', 'refund_pending', 'refund_failed'] as const)(
  'an order that is %s may stay so for days, and its page still hears of the end',
  (state) => {
    expect(reloadOrderMs(state)).toBeGreaterThanOrEqual(15_000)
    expect(reloadOrderMs(state)).toBeLessThanOrEqual(30_000)
  },
)

test.each(['confirmed', 'refunded', 'not_paid', 'expired'] as const)(
  'an order that is %s is not asked about again',
  (state) => {
    expect(reloadOrderMs(state)).toBeNull()
  },
)
