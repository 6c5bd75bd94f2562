import type { Rejected } from '@/lib/inventory/outcomes'
import { linkShortage } from '@/lib/inventory/decide/links'
import { shortageText, soldOutForNow } from '@/lib/inventory/shortage'
import { noSuchCity } from '@/lib/no-such-city'
import { type Tier, tierLabel } from '@/lib/tier'
import type { CheckoutFailure } from './checkout-result'

/**
 * Says to a buyer why there is no hold, with the public number alone.
 *
 * @param own seats that the buyer holds already, and that were not asked for again
 */
export function refusalOf(
  outcome: Rejected,
  wanted: { tier: Tier; quantity: number },
  own = 0,
): CheckoutFailure {
  switch (outcome.code) {
    case 'insufficient_stock': {
      const atMost = (seats: number) => Math.min(seats, wanted.quantity - 1)
      const available = outcome.publicAvailable ?? 0
      const message = shortage(atMost(own + available), wanted)
      return {
        ok: false,
        code: 'insufficient_stock',
        message,
        // A buyer cannot ask for fewer than one seat.
        ...(wanted.quantity > 1 && { field: 'quantity' }),
        available: atMost(available),
      }
    }
    case 'unknown_city':
      return { ok: false, code: 'unknown_city', message: noSuchCity, field: 'cityId' }
    case 'not_on_sale':
      return { ok: false, code: 'not_on_sale', message: outcome.message }
    case 'hold_limit':
      return {
        ok: false,
        code: 'hold_limit',
        message: outcome.message,
        ...((outcome.available ?? 0) > 0 && { field: 'quantity' }),
      }
    case 'invalid_link':
      return { ok: false, code: 'invalid', message: outcome.message, field: 'link' }
    case 'link_used_up': {
      // The bearer of a link may know its seats.
      const available = outcome.available ?? 0
      const left = own + available
      const message = linkShortage(left, wanted.quantity)
      return {
        ok: false,
        code: 'insufficient_stock',
        message,
        ...(left > 0 && { field: 'quantity' }),
        available,
      }
    }
    case 'live_hold':
    case 'reservation_conflict':
    case 'group_rejected':
      return { ok: false, code: 'in_conflict', message: 'You have another checkout for this workshop open' }
    case 'invalid_quantity':
    case 'archived':
    case 'unknown_reservation':
    case 'unknown_payment':
    case 'payment_on_its_way':
    case 'below_taken':
    case 'numbers_moved':
    case 'limit_too_high':
    case 'nothing_to_undo':
    case 'unclear_refund':
    case 'refund_failed':
    case 'already_open':
      throw new Error(`A hold cannot be refused with ${outcome.code}`)
  }
}

function shortage(available: number, { tier, quantity }: { tier: Tier; quantity: number }): string {
  if (available <= 0) {
    // A buyer must not learn whether the seats are sold or in checkouts, so the words fit both.
    return quantity === 1
      ? soldOutForNow(tier)
      : `${quantity} ${tierLabel(tier)} seats together are not available. Try fewer`
  }
  return shortageText(available, { tier, quantity })
}
