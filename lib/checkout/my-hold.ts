import type { Tier } from '@/lib/tier'
import { isStorableText } from '@/lib/outside-text'
import { type CheckoutReservation, findReservation, findVisitorsHold } from './reservations'
import { visitorHash } from './visitor-hash'

/** A visitor's own seats, held or, once their time is over, held until then. */
export interface MyHold {
  reservationId: string
  tier: Tier
  quantity: number
  /** The private link that they were held through. */
  linkId: string | null
  expiresAt: Date
  /** Whole seconds until then, rounded up; 0 once its time is over. */
  secondsLeft: number
  /** Stripe's page. Null before it has been made, while a process is ending it, and once it has ended. */
  url: string | null
}

/**
 * The visitor's own hold in a city, or null. A hold whose time is over is found until the sweep has released it, or
 * until it lapses: a payment for it may still come.
 */
export async function findLiveHold(request: {
  cityId: string
  visitorToken: string | null
}): Promise<MyHold | null> {
  if (request.visitorToken === null) return null
  const hold = await findVisitorsHold(request.cityId, visitorHash(request.visitorToken))
  return hold && asMine(hold)
}

/**
 * The visitor's own hold of that name in a city, if its time ran out. Null if it was given back, changed, paid or
 * taken away, and for another visitor's.
 */
export async function findRanOutHold(request: {
  cityId: string
  reservationId: string | null
  visitorToken: string | null
}): Promise<MyHold | null> {
  const { cityId, reservationId, visitorToken } = request
  if (visitorToken === null || !isStorableText(reservationId)) return null
  const hold = await findReservation(reservationId)
  if (!hold || hold.cityId !== cityId || hold.visitorHash !== visitorHash(visitorToken)) return null
  return hasRunOut(hold) ? { ...asMine(hold), url: null } : null
}

function hasRunOut({ status, closedBecause, secondsLeft }: CheckoutReservation): boolean {
  if (secondsLeft > 0) return false
  switch (status) {
    case 'held':
    case 'lapsed':
      return true
    case 'released':
      return closedBecause === 'expired'
    case 'awaiting':
    case 'sold':
      return false
  }
}

function asMine(hold: CheckoutReservation): MyHold {
  const { id, tier, quantity, linkId, expiresAt, sessionUrl } = hold
  const secondsLeft = Math.max(0, Math.ceil(hold.secondsLeft))
  const isOpen = !hold.isOver && hold.closing !== 'under_way'
  return {
    reservationId: id,
    tier,
    quantity,
    linkId,
    expiresAt,
    secondsLeft,
    url: isOpen ? sessionUrl : null,
  }
}
