import Stripe from 'stripe'
import { expect, onTestFinished, test } from 'vitest'
import type { Alert } from '@/lib/alerts/alert'
import { smsChannel } from '@/lib/alerts/channels/sms'
import { readStripeFailure } from '@/lib/stripe/failure'
import { limitedCalls } from '@/lib/stripe/limited-calls'
import { startHttpStandIn } from '@/tests/support/http-stand-in'
import { startTwilioStandIn } from '@/tests/support/twilio-stand-in'

/** Answers that come byte by byte: a time-out that counts silence never ends them. */

const timeoutMs = 500

test('a call to Stripe is given up, as one that may have been carried out', async () => {
  const standIn = await startHttpStandIn(() => 'trickle')
  onTestFinished(standIn.stop)
  const { hostname: host, port } = new URL(standIn.url)
  const httpClient = limitedCalls()
  const limits = { timeout: timeoutMs, maxNetworkRetries: 0 }
  const stripe = new Stripe('sk_test_tests', { host, port, protocol: 'http', httpClient, ...limits })
  const failure = await stripe.checkout.sessions.retrieve('cs_test_1').catch(readStripeFailure)
  expect(failure).toEqual({ kind: 'unclear', code: 'StripeConnectionError', isKept: false })
})

test('a call to Twilio is given up, as one that may have sent the message', async () => {
  const { answer, stop, ...account } = await startTwilioStandIn()
  onTestFinished(stop)
  const [from, to] = ['+12145550199', '+12145550101']
  answer(to, 'trickle')
  const message = { alerts: [anAlert], reference: 'reference', publicUrl: 'http://localhost:3000' } as const
  expect(await smsChannel({ ...account, from, timeoutMs }).send(message, to)).toEqual({
    kind: 'unclear',
    detail: 'Twilio did not answer in time',
  })
})

const anAlert: Alert = {
  id: '00000000-0000-4000-8000-000000000001',
  kind: 'sold_out',
  level: null,
  cityId: null,
  exceptionId: null,
  paymentId: null,
  subject: 'GA is sold out',
  body: 'No seats are left.',
  createdAt: new Date(),
  timeZone: 'UTC',
}
