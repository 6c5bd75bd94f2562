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
      seatsLeft: number
      isForOneAddress: boolean
      hasSeats: boolean
    }
  /** It is unknown, expired, revoked, or for another city. */
  | { state: 'over' }

/** @param token null where the visitor came without a link */
export async function presentLink(cityId: string, token: string | null): Promise<LinkOnPage | null> {
  if (token === null || token === '') return null
  const link = await findLink(token)
  if (!link || link.state !== 'active' || link.cityId !== cityId) return { state: 'over' }
  const { tier, email } = link
  const seatsLeft = Math.max(0, link.seats - link.sold - link.held)
  const figures = await readPoolFigures(cityId, tier)
  const hasSeats = seatsLeft > 0 && figures !== null && actualAvailable(figures) > 0
  return { state: 'open', token, tier, seatsLeft, isForOneAddress: email !== null, hasSeats }
}
