import type { Price } from '@/lib/cities'
import { formatMoney } from '@/lib/money'
import { type Tier, tierLabel } from '@/lib/tier'
import type { CheckoutFailure } from './checkout-result'

/** What a buyer sees of a price, as a form keeps it from its page: `100000 usd`. Where two read the same, they are. */
export function shownPriceText({ amountCents, currency }: Pick<Price, 'amountCents' | 'currency'>): string {
  return `${amountCents} ${currency}`
}

/**
 * Says to a buyer that a seat costs something else than on the page that they ordered from; null where it does not, and
 * where no page has told a price: other systems know what they ask for.
 *
 * @param shown as `shownPriceText` wrote it
 */
export function changedPrice(
  shown: string | null | undefined,
  { tier, price }: { tier: Tier; price: Price },
): CheckoutFailure | null {
  if (!shown || shown === shownPriceText(price)) return null
  const now = formatMoney(price.amountCents, price.currency)
  return {
    ok: false,
    code: 'in_conflict',
    message: `The price has changed: a ${tierLabel(tier)} seat costs ${now} now. Press the button again to buy at this price`,
    field: 'tier',
  }
}
