import { v7 as newReservationId } from 'uuid'
import type { City } from '@/lib/cities'
import type { Hold } from '@/lib/inventory/commands'
import type { Tier } from '@/lib/tier'
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
 * @param replaced the buyer's hold whose place it takes
 */
export function holdCommand(wanted: Wanted, replaced?: { id: string; keepableUntil: Date }): Hold {
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
    reach: 'by_setting',
    replaces: replaced?.id,
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
