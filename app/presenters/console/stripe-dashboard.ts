import { type Config, config } from '@/lib/config'

/** Where Stripe's dashboard shows a payment; null where no payment intent is known, and where a stand-in plays Stripe. */
export function stripeDashboardUrl(
  paymentIntentId: string | null,
  { livemode, apiBase }: Pick<Config['stripe'], 'livemode' | 'apiBase'> = config().stripe,
): string | null {
  if (paymentIntentId === null || apiBase !== undefined) return null
  const mode = livemode ? '' : 'test/'
  return `https://dashboard.stripe.com/${mode}payments/${encodeURIComponent(paymentIntentId)}`
}
