import { config } from '@/lib/config'
import { signatureHeader } from '@/tests/support/stripe-stand-in/webhooks/signature'
import { customerDetails, openSession } from '@/tests/support/stripe-stand-in/stripe/session'
import type { LoadRequest } from './load/plan'
import type { Bought } from './payments'

const webhookPath = '/api/webhooks/stripe'

/** Stripe's news that a checkout was paid: one GA seat out of its hold. */
export function paidCheckout(bought: Bought): LoadRequest {
  return webhook(bought, bought.reservationId)
}

/** Stripe's news that a payment link was paid: one GA seat that nobody held, so that the public number falls. */
export function paidLink(bought: Bought): LoadRequest {
  return webhook(bought, null)
}

function webhook(bought: Bought, reservationId: string | null): LoadRequest {
  const body = JSON.stringify(eventOf(bought, reservationId), null, 2)
  return {
    method: 'POST',
    path: webhookPath,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': signatureHeader(body, config().stripe.webhookSecrets),
    },
    body,
  }
}

function eventOf({ eventId, sessionId, intentId, cityId }: Bought, reservationId: string | null) {
  const created = Math.floor(Date.now() / 1000)
  const email = `${eventId}@example.com`
  const session = openSession({
    id: sessionId,
    created,
    expiresAt: created + 31 * 60,
    mode: 'payment',
    livemode: false,
    currency: 'usd',
    url: `https://checkout.stripe.com/c/pay/${sessionId}`,
    successUrl: 'https://tickets.example.com/checkout/success',
    cancelUrl: null,
    clientReferenceId: reservationId,
    customerEmail: email,
    metadata: { cityId, ticketType: 'GA', quantity: '1', ...(reservationId && { reservationId }) },
    allowPromotionCodes: false,
    paymentLink: reservationId === null ? 'plink_bench' : null,
  })
  return {
    id: eventId,
    object: 'event',
    api_version: '2026-10-28',
    created,
    data: {
      object: {
        ...session,
        amount_subtotal: 100_000,
        amount_total: 100_000,
        customer_details: customerDetails(email, 'Ada Example'),
        payment_intent: intentId,
        payment_status: 'paid',
        status: 'complete',
        url: null,
      },
    },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'checkout.session.completed',
  }
}
