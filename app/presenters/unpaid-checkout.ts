import { findCompletedSession } from '@/lib/checkout/my-order'
import { findCity } from '@/lib/cities/cities'
import { isStorableText } from '@/lib/outside-text'
import { type OwnHold, presentHold } from './ticket-page'

export interface UnpaidCheckout {
  /** What the visitor holds in that city now: the seats of this checkout, or those that they changed them into. */
  hold: OwnHold | null
  /** The checkout's session at Stripe where it is completed after all. */
  sessionId: string | null
}

/** How things stand for a visitor who came back from a payment page without paying. */
export async function presentUnpaidCheckout(request: {
  cityId: string | null
  reservationId: string | null
  visitorToken: string | null
  now: Date
}): Promise<UnpaidCheckout> {
  const { cityId, reservationId, visitorToken, now } = request
  // What is held in an archived city can still be paid, and given back.
  const city = isStorableText(cityId) ? await findCity(cityId) : null
  return {
    hold: city && (await presentHold(city, visitorToken, now)),
    sessionId: await findCompletedSession({ reservationId, visitorToken }),
  }
}
