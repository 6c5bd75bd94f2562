import type { Tier } from '@/lib/tier'
import { findVisitorsHold } from './reservations'
import { visitorHash } from './visitor-hash'

/**
 * The visitor's own hold in a city, or null. One whose time is over is found for as long as a payment for it may still
 * come and nobody has swept it.
 */
export async function findLiveHold(request: { cityId: string; visitorToken: string | null }): Promise<{
  reservationId: string
  tier: Tier
  quantity: number
  expiresAt: Date
  /** Whole seconds until then, rounded up; 0 once its time is over. */
  secondsLeft: number
  /** Stripe's page, once it has been made; null while somebody is ending it, and once it has ended. */
  url: string | null
} | null> {
  if (request.visitorToken === null) return null
  const hold = await findVisitorsHold(request.cityId, visitorHash(request.visitorToken))
  if (!hold) return null
  const { id, tier, quantity, expiresAt, sessionUrl } = hold
  const secondsLeft = Math.max(0, Math.ceil(hold.secondsLeft))
  const isOpen = !hold.isOver && hold.closing !== 'under_way'
  return { reservationId: id, tier, quantity, expiresAt, secondsLeft, url: isOpen ? sessionUrl : null }
}
