import type { City, Price } from '@/lib/cities'
import { formatMoney } from '@/lib/money'
import { type Tier, tierLabel } from '@/lib/tier'
import type { CheckoutFailure } from './checkout-result'
import type { CheckoutReservation } from './reservations'

/** What a buyer sees of a price, as a form keeps it from its page: `100000 usd`. Where two read the same, they are. */
export function shownPriceText({ amountCents, currency }: Pick<Price, 'amountCents' | 'currency'>): string {
  return `${amountCents} ${currency}`
}

/** What the buyer of a hold was shown, by what its page asks for; null for a hold without a page. */
export function shownPriceOf({
  amountCents,
  currency,
  quantity,
}: Pick<CheckoutReservation, 'amountCents' | 'currency' | 'quantity'>): string | null {
  if (amountCents === null || currency === null) return null
  return shownPriceText({ amountCents: amountCents / quantity, currency })
}

/**
 * Says to a buyer that a seat costs something else than on the page that they ordered from; null where it does not, and
 * where no page has told a price: other systems know what they ask for. Of a city that is not on sale there is more to
 * say than its price.
 *
 * @param shown as `shownPriceText` wrote it
 */
export function changedPrice(
  shown: string | null | undefined,
  { tier, city }: { tier: Tier; city: City },
): CheckoutFailure | null {
  const price = city.prices[tier]
  const shownNow = shownPriceText(price)
  if (!shown || shown === shownNow || city.saleState !== 'on_sale') return null
  const now = formatMoney(price.amountCents, price.currency)
  return {
    ok: false,
    code: 'in_conflict',
    message: `The price has changed: a ${tierLabel(tier)} seat costs ${now} now. Press the button again to buy at this price`,
    field: 'tier',
    shownPrice: shownNow,
  }
}
