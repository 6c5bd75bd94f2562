import type Stripe from 'stripe'
import { stripe } from './client'

/** All refunds of a payment intent as Stripe has them, newest first. */
export async function listRefundsOfPaymentIntent(paymentIntentId: string): Promise<Stripe.Refund[]> {
  const refunds: Stripe.Refund[] = []
  for await (const refund of stripe().refunds.list({ payment_intent: paymentIntentId, limit: 100 })) {
    refunds.push(refund)
  }
  return refunds
}
