import { counted } from '@/lib/counted'
import type { Hold } from '../commands'
import { isLive, type PrivateLink, type State } from '../model'
import { type Decision, rejected } from './decision'

/** Why a hold may not be made with the private link that it names. Null for a hold without one. */
export function linkRefusal(state: State, command: Hold): Decision | null {
  if (!command.linkId) return null
  const link = state.links.get(command.linkId)
  if (!link || link.isRevoked || link.expiresAt <= state.now)
    return rejected('invalid_link', 'This link is not valid any more')
  if (link.cityId !== command.cityId || link.tier !== command.tier)
    return rejected('invalid_link', 'This link is for another workshop or ticket')
  if (link.email !== null && link.email !== command.email)
    return rejected('invalid_link', 'This link is for another email address')
  const left = Math.max(0, link.seats - usedSeats(state, link))
  if (left >= command.quantity) return null
  const message = linkShortage(left, command.quantity)
  const outcome = { status: 'rejected', code: 'link_used_up', message, available: left } as const
  return { outcome, changes: {} }
}

/** Says to the bearer of a link that it has too few seats left. */
export function linkShortage(left: number, requested: number): string {
  return `This link has ${counted(left, 'seat')} left, but ${requested} requested`
}

/**
 * Seats that were sold through a link, or are held through it. An overdue hold counts, too: a payment is about to
 * use it, or it would have lapsed before.
 */
function usedSeats(state: State, link: PrivateLink): number {
  let seats = link.soldElsewhere
  for (const one of state.reservations.values())
    if (one.linkId === link.id && (isLive(one) || one.status === 'sold')) seats += one.quantity
  return seats
}
