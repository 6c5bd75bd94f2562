import { formatMoment } from '@/app/format/dates'
import { timeLeft } from '@/app/format/time-left'
import type { FoundHold, LiveHold } from '@/lib/analytics/live-holds'
import { tierLabel } from '@/lib/tier'

/** Seats in somebody's checkout, as the console lists them. */
export interface HoldRow {
  reservationId: string
  cityId: string
  tier: string
  quantity: number
  /** Its payment is on its way: nobody can take the seats back. */
  isAwaiting: boolean
  buyer: string | null
  since: string
  until: string
  left: string
}

/** The same in a list of many cities' holds. */
export interface FoundHoldRow extends HoldRow {
  cityName: string
}

/** @param timeZone of its city */
export function presentHold(hold: LiveHold, timeZone: string, now: Date): HoldRow {
  const { reservationId, cityId, quantity } = hold
  return {
    reservationId,
    cityId,
    quantity,
    tier: tierLabel(hold.tier),
    isAwaiting: hold.status === 'awaiting',
    buyer: hold.email,
    since: formatMoment(hold.createdAt, timeZone, now),
    until: formatMoment(hold.expiresAt, timeZone, now),
    left: timeLeft(hold.secondsLeft),
  }
}

/** A hold that a search found, in whatever city. */
export function presentFoundHold(hold: FoundHold, now: Date): FoundHoldRow {
  return { ...presentHold(hold, hold.timeZone, now), cityName: hold.cityName }
}
