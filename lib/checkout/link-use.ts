import type { LinkSummary } from '@/lib/links/read-links'
import type { Tier } from '@/lib/tier'

/**
 * What a private link has to do with an order that came with it. `passed_over`: the order is one like anybody's.
 * `named`: the hold decides, under the link's lock.
 */
export type LinkUse = 'named' | 'passed_over' | 'other_address'

/**
 * Keeps a link out of the way of what its bearer can buy without it: seats of the other tier, and, once it is used up,
 * those on sale for everybody, whatever the address.
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
