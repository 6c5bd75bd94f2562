import { config } from '@/lib/config'

/** Where Stripe's dashboard shows a payment; null where no payment intent is known. */
export function stripeDashboardUrl(paymentIntentId: string | null): string | null {
  if (paymentIntentId === null) return null
  const mode = config().stripe.livemode ? '' : 'test/'
  return `https://dashboard.stripe.com/${mode}payments/${encodeURIComponent(paymentIntentId)}`
}
