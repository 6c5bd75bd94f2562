import type { LinkSummary } from '@/lib/links/read-links'
import type { Tier } from '@/lib/tier'

/**
 * How an order uses the private link that it came with:
 * - `named`: the hold names the link, and is decided under the link's lock.
 * - `passed_over`: the order is an ordinary one.
 * - `other_address`: the link is for another email address.
 */
export type LinkUse = 'named' | 'passed_over' | 'other_address'

/**
 * Decides so that a link never keeps its bearer from buying what everybody can buy: seats of the other tier, and,
 * once the link is used up, the seats that are on sale for all, whatever the address.
 *
 * @param own seats that the buyer holds through the link
 */
export function linkUse(
  link: Pick<LinkSummary, 'cityId' | 'tier' | 'email' | 'seats' | 'sold' | 'held' | 'state'>,
  order: { cityId: string; tier: Tier; email: string | null },
  own: number,
): LinkUse {
  if (link.cityId !== order.cityId) return 'named'
  if (link.tier !== order.tier) return 'passed_over'
  if (link.state !== 'active' || link.email === null || link.email === order.email) return 'named'
  return link.seats - link.sold - link.held + own > 0 ? 'other_address' : 'passed_over'
}
