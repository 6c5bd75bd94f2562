import type { Tier } from '@/lib/tier'
import { findVisitorsHold } from './reservations'
import { visitorHash } from './visitor-hash'

/** The visitor's own live hold in a city, or null. */
export async function findLiveHold(request: { cityId: string; visitorToken: string | null }): Promise<{
  reservationId: string
  tier: Tier
  quantity: number
  expiresAt: Date
  /** Stripe's page, once it has been made. */
  url: string | null
} | null> {
  if (request.visitorToken === null) return null
  const hold = await findVisitorsHold(request.cityId, visitorHash(request.visitorToken))
  if (!hold) return null
  const { id, tier, quantity, expiresAt, sessionUrl } = hold
  return { reservationId: id, tier, quantity, expiresAt, url: sessionUrl }
}
