import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { afterEach } from 'vitest'
import { startStripeStandIn, type StripeStandIn, type StripeStandInOptions } from './stripe-stand-in/index'

export const SECRET = 'whsec_one'
export const MINUTE = 60
export const HOUR = 60 * MINUTE

const cleanUps: Array<() => Promise<unknown>> = []

/** Is run when the test ends, the latest first. */
export function afterTest(cleanUp: () => Promise<unknown>): void {
  cleanUps.push(cleanUp)
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A stand-in of the test's own, with quick retries. */
export async function aStandIn(options: Partial<StripeStandInOptions> = {}): Promise<StripeStandIn> {
  const standIn = await startStripeStandIn({ webhookSecret: SECRET, retryDelaysMs: [10, 20, 20], ...options })
  cleanUps.push(standIn.close)
  return standIn
}

/** The real `stripe` package, pointed at the stand-in. */
export function clientOf({ port }: { port: number }): Stripe {
  return new Stripe('sk_test_any', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
  })
}

export interface Received {
  body: string
  signature: string
  event: { id: string; type: string }
}

/** A webhook endpoint that answers with the given statuses in turn, then with 200. */
export async function aWebhook(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const signature = String(request.headers['stripe-signature'])
      received.push({ body, signature, event: JSON.parse(body) as Received['event'] })
      response.writeHead(statuses.shift() ?? 200).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(async () => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received }
}

/** What the shop asks for: three GA tickets for 1,000 USD each. */
export function params(
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    line_items: [
      {
        price_data: { currency: 'usd', unit_amount: 100_000, product_data: { name: 'GA ticket' } },
        quantity: 3,
      },
    ],
    success_url: 'http://127.0.0.1:9/done?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:9/back',
    client_reference_id: 'r-1',
    customer_email: 'ada@example.com',
    metadata: { cityId: 'dallas-jan-2026', ticketType: 'ga', quantity: '3' },
    expires_at: seconds() + 31 * MINUTE,
    ...change,
  }
}

/** Now, in Stripe's unit. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** What the call was refused with, as Stripe's package reports it. */
export async function refusal(
  call: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  const error: unknown = await call.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  )
  if (error instanceof Stripe.errors.StripeError) return error
  throw error
}
