import { findRanOutHold } from '@/lib/checkout/my-hold'
import { findCompletedSession } from '@/lib/checkout/my-order'
import type { City } from '@/lib/cities'
import { findCity } from '@/lib/cities/cities'
import { isStorableText } from '@/lib/outside-text'
import { asOwnHold, type OwnHold, presentHold } from './ticket-page'

export interface UnpaidCheckout {
  /**
   * What the visitor holds in that city now: the seats of this checkout, or those that they changed them into. Where they
   * hold none because the time of this checkout ran out, what they held.
   */
  hold: OwnHold | null
  /** The checkout's session at Stripe where it is completed after all. */
  sessionId: string | null
}

export interface UnpaidCheckoutRequest {
  cityId: string | null
  reservationId: string | null
  visitorToken: string | null
  now: Date
}

/** How things stand for a visitor who came back from a payment page without paying. */
export async function presentUnpaidCheckout(request: UnpaidCheckoutRequest): Promise<UnpaidCheckout> {
  const { cityId, reservationId, visitorToken } = request
  // What is held in an archived city can still be paid, and given back.
  const city = isStorableText(cityId) ? await findCity(cityId) : null
  return {
    hold: city && (await presentHoldOf(city, request)),
    sessionId: await findCompletedSession({ reservationId, visitorToken }),
  }
}

async function presentHoldOf(city: City, request: UnpaidCheckoutRequest): Promise<OwnHold | null> {
  const { reservationId, visitorToken, now } = request
  const held = await presentHold(city, visitorToken, now)
  if (held) return held
  const ranOut = await findRanOutHold({ cityId: city.id, reservationId, visitorToken })
  return ranOut && asOwnHold(city, ranOut, now)
}
