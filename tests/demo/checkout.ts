import { z } from 'zod'
import { validateCheckout } from '@/lib/checkout-validation'
import { checkInventoryStatus } from '@/lib/inventory'
import { startWeb, startWorker } from '../support/processes'
import { startStripeStandIn } from '../support/stripe-stand-in'
import { until } from '../support/until'
import { chapter, expectPromise, say } from './promise'

const city = 'dallas-jan-2026'

/** One ticket from validation to webhook, through the production build's web and worker processes. */
export async function showCheckout(databaseUrl: string): Promise<void> {
  chapter('A whole checkout in Dallas')
  const webhookSecret = 'whsec_demo'
  const stripe = await startStripeStandIn({ webhookUrls: [], webhookSecret })
  const env = { DATABASE_URL: databaseUrl, STRIPE_API_BASE: stripe.url, STRIPE_WEBHOOK_SECRET: webhookSecret }
  const [web, worker] = await Promise.all([startWeb(env), startWorker(env)])
  try {
    await stripe.control.setWebhooks({ urls: [`${web.origin}/api/webhooks/stripe`] })
    const order = { cityId: city, ticketType: 'GA', quantity: 2 }
    expectPromise('the order is valid', (await validateCheckout(order)).valid, true)

    const response = await fetch(`${web.origin}/api/checkout-sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...order, email: 'barber@example.com' }),
    })
    expectPromise('the checkout is created', response.status, 201)
    const { data } = created.parse(await response.json())
    say(`the buyer pays at ${new URL(data.url).pathname}`)
    expectPromise('two seats are held meanwhile', (await checkInventoryStatus(city))?.held.ga, 2)

    const began = performance.now()
    await stripe.control.pay(data.sessionId)
    const sold = await until(async () => (await checkInventoryStatus(city))?.sold.ga || undefined)
    say(`Stripe's webhook was verified, queued and applied in ${Math.round(performance.now() - began)} ms`)
    const status = await checkInventoryStatus(city)
    expectPromise('two seats are sold', sold, 2)
    expectPromise('none is held any more', status?.held.ga, 0)
    expectPromise('customers see 33', status?.publicAvailable.ga, 33)
  } finally {
    await worker.stop()
    await web.stop()
    await stripe.close()
  }
}

const created = z.object({ data: z.object({ sessionId: z.string(), url: z.string() }) })
