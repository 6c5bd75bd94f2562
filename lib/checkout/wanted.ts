import { v7 as newReservationId } from 'uuid'
import type { City } from '@/lib/cities'
import type { Hold } from '@/lib/inventory/commands'
import type { Tier } from '@/lib/tier'
import type { CheckoutReservation } from './reservations'
import { sessionParameters } from './session-parameters'

/** What a buyer wants, read and complete. */
export interface Wanted {
  city: City
  tier: Tier
  quantity: number
  email: string | null
  /** Stripe does not take that address, so its page is made without it. */
  isEmailLeftOut: boolean
  /** The buyer finds what they hold again, though this request is refused. */
  comesBack: boolean
  /** The private link that the buyer came by. */
  linkId: string | null
  visitorHash: string
  addressHash: string | null
  publicUrl: string
}

/**
 * The command that holds what a buyer wants, with all that Stripe will be asked for. New ids grow with time, so that
 * the last ones lie together in every index.
 *
 * @param replaced the buyer's hold whose place it takes. As many of that tier, or fewer, are theirs already: they stay
 *   so, even if the tier's hidden seats are sold through private links alone by now. Seats of a link stay the link's.
 */
export function holdCommand(wanted: Wanted, replaced?: Replaced): Hold {
  const reservationId = newReservationId()
  const { city, tier, quantity, email, isEmailLeftOut, publicUrl } = wanted
  return {
    type: 'hold',
    reservationId,
    cityId: city.id,
    tier,
    quantity,
    keepableUntil: replaced?.keepableUntil,
    email,
    visitorHash: wanted.visitorHash,
    addressHash: wanted.addressHash,
    reach: replaced && isPartOf(wanted, replaced) ? 'actual' : 'by_setting',
    linkId: wanted.linkId,
    checkout: sessionParameters({
      reservationId,
      city,
      tier,
      quantity,
      price: city.prices[tier],
      email: isEmailLeftOut ? null : email,
      publicUrl,
    }),
  }
}

type Replaced = Pick<CheckoutReservation, 'keepableUntil' | 'tier' | 'quantity' | 'linkId'>

function isPartOf({ tier, quantity }: Wanted, replaced: Replaced): boolean {
  return replaced.linkId === null && replaced.tier === tier && quantity <= replaced.quantity
}
