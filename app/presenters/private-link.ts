import { formatMoment } from '@/app/format/dates'
import type { MyHold } from '@/lib/checkout/my-hold'
import type { City } from '@/lib/cities'
import { actualAvailable } from '@/lib/inventory/availability'
import { readPoolFigures } from '@/lib/inventory/figures'
import { findLink } from '@/lib/links/read-links'
import type { Tier } from '@/lib/tier'

/** What somebody who came by a private link may know of it. No number of the stock is among it. */
export type LinkOnPage =
  | {
      state: 'open'
      token: string
      tier: Tier
      /** Seats that it is still good for, the visitor's own among them; no others while the workshop has none. */
      seatsLeft: number
      /** Seats that the visitor holds through it. */
      ownSeats: number
      isForOneAddress: boolean
      /** Its end, as a clock in the city shows it: `January 14 at 2:32 PM CST`. */
      goodUntil: string
    }
  /** It is unknown, expired, revoked, or for another city. */
  | { state: 'over' }

export interface LinkRequest {
  /** Null where the visitor came without a link. */
  token: string | null
  /** What the visitor holds in that city and may still change. */
  hold: Pick<MyHold, 'linkId' | 'quantity'> | null
  now: Date
}

/** The private link that a visitor followed to a city's page; null without one. */
export async function presentLink(
  { id: cityId, timeZone }: Pick<City, 'id' | 'timeZone'>,
  { token, hold, now }: LinkRequest,
): Promise<LinkOnPage | null> {
  if (token === null || token === '') return null
  const link = await findLink(token)
  if (!link || link.state !== 'active' || link.cityId !== cityId) return { state: 'over' }
  const { tier, email } = link
  const figures = await readPoolFigures(cityId, tier)
  const others = figures && actualAvailable(figures) > 0 ? link.seats - link.sold - link.held : 0
  const ownSeats = hold?.linkId === link.id ? hold.quantity : 0
  const seatsLeft = ownSeats + Math.max(0, others)
  return {
    state: 'open',
    token,
    tier,
    seatsLeft,
    ownSeats,
    isForOneAddress: email !== null,
    goodUntil: formatMoment(link.expiresAt, timeZone, now),
  }
}
