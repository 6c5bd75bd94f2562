import { expect, test } from 'vitest'
import { stripeDashboardUrl } from '@/app/presenters/console/stripe-dashboard'

const live = { livemode: true, apiBase: undefined }

test.each([
  ['pi_1', live, 'https://dashboard.stripe.com/payments/pi_1'],
  ['pi_1', { ...live, livemode: false }, 'https://dashboard.stripe.com/test/payments/pi_1'],
  [null, live, null],
  // Stripe's own dashboard knows nothing of what a stand-in took.
  ['pi_1', { livemode: false, apiBase: 'http://127.0.0.1:4242' }, null],
])('%s at %o is found at %s', (paymentIntentId, stripe, url) => {
  expect(stripeDashboardUrl(paymentIntentId, stripe)).toBe(url)
})
