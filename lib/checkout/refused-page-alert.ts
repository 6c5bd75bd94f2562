import type { NewAlert } from '@/lib/alerts/alert'
import { type Tier, tierLabel } from '@/lib/tier'

/**
 * What the team is told when Stripe refuses to make a payment page. Pure: the same refusal is the same subject.
 *
 * @param refused.stripeCode as Stripe named it, such as `resource_missing`
 */
export function refusedPageAlert(refused: { cityId: string; tier: Tier; stripeCode: string }): NewAlert {
  const { cityId, tier, stripeCode } = refused
  return {
    kind: 'payment_page',
    cityId,
    tier,
    subject: `Stripe refuses payment pages for ${tierLabel(tier)} in ${cityId}: ${stripeCode.slice(0, 100)}`,
    body: [
      'Nobody can pay for these tickets: each buyer is told so, and the seats go back.',
      'Look at the Stripe price id in the settings of the city, then at the Stripe key of the shop: it must be valid',
      'and may write Checkout Sessions.',
    ].join(' '),
  }
}
