import { counted } from '@/lib/counted'
import { holdMinutes } from '@/lib/hold-minutes'
import type { Hold } from '../commands'
import { type CityRules, isLive, isOverdue, type Pool, type Reservation, type State } from '../model'
import { type Decision, rejected } from './decision'

const minute = 60_000

/**
 * Stripe refuses sessions that end less than 30 minutes ahead; one more covers the way there.
 * https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
 */
const shortestSessionMinutes = 31

/** After a session's end its webhook and the sweep get this long before the hold lapses by itself. */
const graceMinutes = 10

/**
 * How long a buyer can keep seats by changing an order. Where holds last longer than half of that, it is twice a
 * hold's time: so a first hold can still be changed at its last moment, and the new one lasts in full.
 */
export const keepableMinutes = 60

/**
 * Whether a buyer may still change a hold: the new one could last as long as the shortest hold does.
 *
 * @param secondsKeepable seconds until the moment by which every hold that replaces this one ends
 */
export function isChangeable(secondsKeepable: number): boolean {
  return secondsKeepable >= holdMinutes.min * 60
}

/** The reservation that an accepted hold becomes. Its last moment is fixed here, once. */
export function newReservation(now: Date, pool: Pool, city: CityRules, command: Hold): Reservation {
  const minutes = command.minutes ?? city.holdMinutes
  const keepableUntil =
    command.keepableUntil ?? new Date(now.getTime() + Math.max(keepableMinutes, 2 * minutes) * minute)
  const expiresAt = new Date(Math.min(now.getTime() + minutes * minute, keepableUntil.getTime()))
  const earliest = Math.max(now.getTime() + shortestSessionMinutes * minute, expiresAt.getTime())
  // Stripe counts in whole seconds.
  const sessionExpiresAt = command.checkout ? new Date(Math.ceil(earliest / 1000) * 1000) : null
  return {
    id: command.reservationId,
    cityId: pool.cityId,
    tier: pool.tier,
    quantity: command.quantity,
    status: 'held',
    epoch: pool.epoch,
    email: command.email ?? null,
    visitorHash: command.visitorHash ?? null,
    addressHash: command.addressHash ?? null,
    extends: command.extends ?? null,
    createdAt: now,
    expiresAt,
    keepableUntil,
    lapsesAt: sessionExpiresAt ? new Date(sessionExpiresAt.getTime() + graceMinutes * minute) : expiresAt,
    checkout: command.checkout ?? null,
    sessionId: null,
    sessionExpiresAt,
    sessionOutcome: null,
    leaseUntil: null,
    closedBecause: null,
    linkId: command.linkId ?? null,
  }
}

/** Whether a known reservation is what this hold asks for. */
export function sameHold(known: Reservation, command: Hold): boolean {
  return known.cityId === command.cityId && known.tier === command.tier && known.quantity === command.quantity
}

/** Why a buyer may not hold more: a live hold in this city, or too many seats held. */
export function holdRefusal(state: State, command: Hold): Decision | null {
  const reservations = [...state.reservations.values()]
  // An overdue hold counts, too: a payment is about to use it, or it would have lapsed before this hold is decided.
  const own = (one: Reservation) =>
    one.status === 'held' &&
    one.cityId === command.cityId &&
    one.extends === null &&
    one.visitorHash === command.visitorHash
  if (command.visitorHash && !command.extends && reservations.some(own)) {
    return rejected('live_hold', 'You already hold seats for this workshop')
  }
  const live = reservations.filter((one) => isLive(one) && !isOverdue(one, state.now))
  const { perEmail = Infinity, perAddress = Infinity } = state.limits
  const byEmail = (one: Reservation) => one.email === command.email
  const byAddress = (one: Reservation) => one.addressHash === command.addressHash
  if (command.email && tooMany(live.filter(byEmail), command, perEmail)) {
    const most = counted(perEmail, 'seat')
    const room = roomBeside(live.filter(byEmail), command, perEmail)
    return overLimit(`At most ${most} can be held for one email address at a time. ${forEmail(room)}`, room)
  }
  if (command.addressHash && tooMany(live.filter(byAddress), command, perAddress)) {
    const most = counted(perAddress, 'seat')
    const room = roomBeside(live.filter(byAddress), command, perAddress)
    return overLimit(`At most ${most} can be held from one address at a time. ${forAddress(room)}`, room)
  }
  return null
}

function tooMany(live: Reservation[], command: Hold, limit: number): boolean {
  // While a buyer changes tier, the seats they are about to give up do not count against the new ones.
  const others = live.filter((one) => one.id !== command.extends || one.tier === command.tier)
  return others.reduce((seats, one) => seats + one.quantity, command.quantity) > limit
}

/** Seats that the whole order may have. The seats that the order replaces do not count. */
function roomBeside(live: Reservation[], command: Hold, limit: number): number {
  const others = live.filter((one) => one.id !== command.extends)
  return Math.max(0, limit - others.reduce((seats, one) => seats + one.quantity, 0))
}

function forEmail(room: number): string {
  const advice = 'Pay for or give back what you hold'
  return room > 0 ? `${advice}, or choose fewer` : advice
}

/** Other people who share the address may hold the seats, so giving them back is no advice. */
function forAddress(room: number): string {
  return room > 0 ? 'Choose fewer, or try again in some minutes' : 'Try again in some minutes'
}

function overLimit(message: string, available: number): Decision {
  return { outcome: { status: 'rejected', code: 'hold_limit', message, available }, changes: {} }
}
