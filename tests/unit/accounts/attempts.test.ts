import { expect, test } from 'vitest'
import { attemptPolicies, waitAfter } from '@/lib/accounts/sign-in/attempt-policy'

test('some failures are free, then the wait doubles up to its longest', () => {
  const waits = Array.from({ length: 18 }, (_, index) => waitAfter(index + 1, attemptPolicies.account))
  expect(waits).toEqual([0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900])
  expect(waitAfter(1_000_000, attemptPolicies.account)).toBe(900)
})

test('waiting alone never makes a clean slate', () => {
  for (const policy of Object.values(attemptPolicies)) {
    expect(policy.forgetAfterSeconds).toBeGreaterThan(policy.longestWaitSeconds)
  }
})
