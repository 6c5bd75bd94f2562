import { type Await, type Hold, isGivenUp, type Lapse, type Release } from '../commands'
import { availableWithin } from '../availability'
import {
  isBeingClosed,
  isLive,
  isOverdue,
  type Payment,
  type Pool,
  poolKey,
  type Reservation,
  type State,
} from '../model'
import {
  applied,
  type Decision,
  duplicate,
  insufficient,
  paymentOnItsWay,
  rejected,
  unknownPool,
} from './decision'
import { holdRefusal, newReservation, sameHold } from './hold-terms'
import { linkRefusal } from './links'
import { isRefundedInFull, ownReservation, paymentOf, reachOf } from './ownership'

/**
 * Keeps seats for a buyer while they pay. Only in a city that is on sale, within the buyer's limit, and as far as
 * the command reaches hidden seats. The same hold again is a duplicate while it is still held.
 */
export function hold(state: State, command: Hold): Decision {
  const known = state.reservations.get(command.reservationId)
  if (known) {
    return sameHold(known, command) && known.status === 'held' && !isOverdue(known, state.now)
      ? duplicate('already_held', known)
      : rejected(
          'reservation_conflict',
          'This reservation is already known with other content or no longer held',
        )
  }
  const pool = state.pools.get(poolKey(command))
  const city = state.cities.get(command.cityId)
  if (!pool || !city || city.archived) return unknownPool()
  if (city.saleState !== 'on_sale') return rejected('not_on_sale', 'Seats for this workshop are not on sale')
  const refusal = holdRefusal(state, command) ?? linkRefusal(state, command)
  if (refusal) return refusal
  const isOwn = isPartOfReplaced(state, command, pool)
  const reach = isOwn ? 'actual' : reachOf(command, pool, { linkId: command.linkId ?? null })
  const free = availableWithin(pool, reach)
  if (free < command.quantity) return insufficient(pool, free, command.quantity)

  const reservation = newReservation(state.now, pool, city, command)
  const after = { ...pool, held: pool.held + command.quantity }
  return applied(after, command.quantity, { pools: [after], reservations: [reservation] }, { reservation })
}

/**
 * Whether it asks for seats that its buyer has just given up for it: they stay theirs, also where only private links
 * sell the tier's hidden seats by now. Seats of a link stay the link's.
 */
function isPartOfReplaced(state: State, { replaces, tier, quantity }: Hold, { epoch }: Pool): boolean {
  const old = replaces === undefined ? undefined : state.reservations.get(replaces)
  if (old?.closedBecause !== 'changed' || old.linkId !== null) return false
  return old.tier === tier && old.epoch === epoch && quantity <= old.quantity
}

/**
 * Keeps the seats of a session whose money is on its way, without an end. If they have lapsed, it takes free seats
 * again; if none are free, the payment waits without seats.
 */
export function awaitPayment(state: State, command: Await): Decision {
  const payment = paymentOf(state, command.payment)
  if (payment && payment.state !== 'new' && payment.state !== 'awaiting') return duplicate('already_closed')
  if (payment && isBackAlready(payment, command)) return duplicate('already_closed')
  const waiting: Payment[] = payment ? [{ ...payment, state: 'awaiting' }] : []
  const withoutSeat = command.onlyKeep ? {} : { payments: waiting }
  const found = ownReservation(state, command.reservationId, command.payment.sessionId)
  if (!found) return duplicate('no_reservation', undefined, withoutSeat)
  const { reservation, pool } = found
  // A session that has failed or expired stays so, however late the event of its start arrives.
  if (reservation.sessionOutcome !== null) return duplicate('already_closed')
  const again = !isLive(reservation)
  const free = availableWithin(pool, reachOf({ reach: 'by_setting' }, pool, reservation))
  if (again && (command.onlyKeep || free < reservation.quantity))
    return duplicate('no_seat_to_keep', undefined, withoutSeat)

  const kept: Reservation = {
    ...reservation,
    status: 'awaiting',
    epoch: pool.epoch,
    lapsesAt: null,
    sessionId: command.payment.sessionId ?? reservation.sessionId,
    closedBecause: null,
  }
  const after = again ? { ...pool, held: pool.held + kept.quantity } : pool
  return applied(
    after,
    kept.quantity,
    {
      // Readers did not count an overdue hold. They count it again now, so their number changes.
      pools: again || isOverdue(reservation, state.now) ? [after] : [],
      reservations: [kept],
      payments: waiting,
    },
    { reservation: kept },
  )
}

/** Whether a payment without a sale was refunded in full. */
function isBackAlready(payment: Payment, { onlyKeep }: Await): boolean {
  return onlyKeep !== undefined && isRefundedInFull({ ...payment, amountCents: onlyKeep.paidCents })
}

/**
 * Gives a hold's seats back. It does not release:
 * - a reservation that is sold, or that belongs to another session;
 * - one whose payment is on its way, unless that payment failed or an admin dismissed it;
 * - one that is given up (`isGivenUp`) once a payment for it was accepted;
 * - one whose page has expired, while another process has the lease to end that page. That process may want the
 *   seats for the hold that follows. If it never decides, the seats are free once its lease is over.
 */
export function release(state: State, command: Release): Decision {
  const reservation = state.reservations.get(command.reservationId)
  if (!reservation) return rejected('unknown_reservation', 'There is no such reservation')
  const session = command.sessionId ?? null
  if (session !== null && reservation.sessionId !== null && reservation.sessionId !== session) {
    return duplicate('other_session')
  }
  if (reservation.status === 'sold') return duplicate('already_sold')
  const outcome =
    command.cause === 'payment_failed' ? 'failed' : command.cause === 'expired' ? 'expired' : null
  const told: Reservation = {
    ...reservation,
    sessionId: reservation.sessionId ?? session,
    sessionOutcome: reservation.sessionOutcome ?? outcome,
  }
  if (!isLive(reservation)) return duplicate('already_closed', told, { reservations: [told] })
  const isForGood = command.cause === 'payment_failed' || command.cause === 'dismissed'
  if (reservation.status === 'awaiting' && !isForGood) return paymentOnItsWay()
  if (isGivenUp(command) && state.competing.has(reservation.id)) return paymentOnItsWay()
  const isNews = session !== null && command.cause === 'expired'
  if (isNews && isBeingClosed(reservation, state.now)) {
    const kept: Reservation = { ...told, lapsesAt: earlier(told.lapsesAt, told.leaseUntil) }
    return duplicate('being_closed', kept, { reservations: [kept] })
  }
  return close(state, told, 'released', command.cause)
}

/** Gives back the seats of a hold whose last moment has passed. */
export function lapse(state: State, command: Lapse): Decision {
  const reservation = state.reservations.get(command.reservationId)
  if (!reservation || !isOverdue(reservation, state.now)) return duplicate('already_closed')
  return close(state, reservation, 'lapsed', 'lapsed')
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (!one || !other) return one ?? other
  return one < other ? one : other
}

function close(
  state: State,
  reservation: Reservation,
  status: 'released' | 'lapsed',
  because: string,
): Decision {
  const pool = state.pools.get(poolKey(reservation))
  if (!pool) return unknownPool()
  const closed: Reservation = { ...reservation, status, closedBecause: because }
  const after = { ...pool, held: pool.held - reservation.quantity }
  return applied(
    after,
    reservation.quantity,
    { pools: [after], reservations: [closed] },
    { reservation: closed },
  )
}
