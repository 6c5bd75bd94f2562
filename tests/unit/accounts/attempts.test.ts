import { expect, test } from 'vitest'
import { networkOf } from '@/lib/accounts/network-of'
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

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::ffff', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['no address', 'no address'],
])('%s is in %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
