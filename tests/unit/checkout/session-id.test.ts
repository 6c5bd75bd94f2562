import { expect, test } from 'vitest'
import { isSessionId } from '@/lib/checkout/session-id'

test.each(['cs_test_a1B2c3D4', 'cs_live_b1Qx', `cs_${'x'.repeat(252)}`])(
  '%s may be one of Stripe’s sessions',
  (id) => {
    expect(isSessionId(id)).toBe(true)
  },
)

test.each([
  'all',
  '',
  'cs_',
  'cs_test-1',
  'cs_a b',
  'pi_1',
  ' cs_1',
  'cs_1\n',
  '{CHECKOUT_SESSION_ID}',
  `cs_${'x'.repeat(253)}`,
  null,
  undefined,
  1,
])('%s is none of Stripe’s sessions', (id) => {
  expect(isSessionId(id)).toBe(false)
})
