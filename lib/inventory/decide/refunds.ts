import { counted } from '@/lib/counted'
import { actualAvailable } from '../availability'
import type { ExpectedSeats, LostMoney, Restock } from '../commands'
import { isLive, type Payment, poolKey, type Reservation, type State } from '../model'
import { applied, type Decision, duplicate, entry, insufficient, rejected, unknownPool } from './decision'
import { isRefundedInFull, ownReservation, paymentOf, withCharged } from './ownership'
import {
  centsForSeats,
  owesSeats,
  seatsDueBack,
  seatsPaidBack,
  withKeptLeft,
  withoutKept,
} from './seats-for-money'

/** Brings the seats returned in line with the money that went back, in either direction. */
export function restock(state: State, command: Restock): Decision {
  const found = paymentOf(state, command.payment)
  if (!found) return rejected('unknown_payment', 'This payment is not known')
  const known = withCharged(found, command.charged)
  if (known.seatsSold === 0 || known.cityId === null || known.tier === null)
    return restockWithoutSeat(state, known)
  const { lost, unpaid } = command
  if (unpaid) return takeSaleBack(state, known, { ...unpaid, authority: command.authority })
  const unfitting = lost?.seats === undefined ? null : refuseSeats(known, lost.seats)
  if (unfitting) return unfitting
  const { due, payment, isUnclear } = lost ? dueForLost(known, lost) : dueForRefunds(known)
  if (due === null) return rejected('unclear_refund', unclearRefund(payment))
  const back = due - payment.seatsReturned
  if (back === 0) return duplicate('already_settled', undefined, lost && { payments: [payment] })
  if (lost?.expectedBack !== undefined && lost.expectedBack !== Math.max(0, back)) return seatsMoved()
  // A refund that failed owes seats, by an exception of its own: what was lost lowers their number, and takes none.
  if (lost && back < 0) return duplicate('seats_owed', undefined, { payments: [payment] })
  const pool = state.pools.get(poolKey({ cityId: known.cityId, tier: known.tier }))
  if (!pool) return unknownPool()
  const settled: Payment = {
    ...payment,
    seatsReturned: due,
    state: due === payment.seatsSold ? 'refunded' : 'sold',
  }
  const note = isUnclear ? { note: 'unclear_refund' as const } : {}
  if (payment.epoch !== pool.epoch)
    return applied(pool, back, { payments: [settled] }, { note: 'earlier_epoch', ...note })
  // A refund that failed takes its seats again, from free stock.
  if (-back > actualAvailable(pool)) return insufficient(pool, actualAvailable(pool), -back)
  const after = { ...pool, sold: pool.sold - back }
  const operation = back > 0 ? 'restock' : 'decrement'
  const changes = {
    pools: [after],
    payments: [settled],
    entries: [entry(operation, -back, pool, after, { payment, authority: command.authority })],
  }
  return applied(after, back, changes, note)
}

interface SeatsDue {
  /** Seats that are to be back in all; null where nobody can tell. */
  due: number | null
  payment: Payment
  /** Seats are owed, but nobody can tell what the rest of the money was for. */
  isUnclear?: boolean
}

/** A refund that failed owes the seats that came back for it, even where a person has to say what the others are for. */
function dueForRefunds(payment: Payment): SeatsDue {
  const due = seatsDueBack(withKeptLeft(payment))
  if (due !== null || !owesSeats(payment)) return { due, payment }
  return { due: seatsPaidBack(withoutKept(payment)), payment, isUnclear: true }
}

/**
 * By what disputes took. Where an admin says for how many seats that was, or a refund, what of their share is not back by
 * other ways counts as lost.
 */
function dueForLost(known: Payment, { cents, seats }: LostMoney): SeatsDue {
  if (seats === undefined) {
    const payment = withKeptLeft({ ...known, lostCents: known.lostCents + cents })
    return { due: seatsDueBack(payment), payment }
  }
  const due = seatsPaidBack(withKeptLeft(known)) + seats
  const share = centsForSeats(known, due) - known.refundedCents
  return { due, payment: { ...known, lostCents: Math.max(withoutKept(known).lostCents, share) } }
}

/**
 * A sale that Stripe does not know as paid, or that is another one's double, becomes a payment that was never sold, and
 * whose money did not come: should it come after all, it is sold, or an exception, like any other. Its reservation can be
 * sold anew.
 */
function takeSaleBack(
  state: State,
  payment: Payment,
  { expectedBack, authority }: ExpectedSeats & Pick<Restock, 'authority'>,
): Decision {
  const { cityId, tier, seatsSold, seatsReturned } = payment
  const pool = cityId !== null && tier !== null ? state.pools.get(poolKey({ cityId, tier })) : undefined
  if (!pool) return unknownPool()
  const back = seatsSold - seatsReturned
  if (expectedBack !== undefined && expectedBack !== back) return seatsMoved()
  if (back === 0) return duplicate('already_settled')
  const unsold: Payment = {
    ...payment,
    state: 'failed',
    cityId: null,
    tier: null,
    epoch: null,
    seatsSold: 0,
    seatsPaid: null,
    seatsReturned: 0,
  }
  const changes = { payments: [unsold], reservations: releasedOf(state, payment) }
  if (payment.epoch !== pool.epoch) return applied(pool, back, changes, { note: 'earlier_epoch' })
  const after = { ...pool, sold: pool.sold - back }
  return applied(after, back, {
    ...changes,
    pools: [after],
    entries: [entry('restock', -back, pool, after, { payment, authority })],
  })
}

/** The reservation that was sold to a payment: whoever sells it by its name later would be told else that it is sold. */
function releasedOf(state: State, { reservationId, sessionId }: Payment): Reservation[] {
  const sold = reservationId === null ? undefined : state.reservations.get(reservationId)
  if (sold?.sessionOutcome !== 'paid') return []
  if (sessionId !== null && sold.sessionId !== null && sessionId !== sold.sessionId) return []
  return [{ ...sold, status: 'released', sessionOutcome: null, closedBecause: 'taken_back' }]
}

function seatsMoved(): Decision {
  return rejected('numbers_moved', 'Another number of seats would be given back by now; look at it again')
}

/** The money of a payment that found no seat went back, or a refund of it failed and the money is ours again. */
function restockWithoutSeat(state: State, payment: Payment): Decision {
  const whole = isRefundedInFull(payment)
  // Dismissed: "I refund it in Stripe's dashboard."
  const isOpen = payment.state === 'exception' || payment.state === 'dismissed'
  if (isOpen && whole) return refundedWithoutSeat(state, payment)
  if (payment.state !== 'refunded') return duplicate('not_yet_sold')
  return whole
    ? duplicate('already_settled')
    : rejected('refund_failed', 'The refund failed, and no seat was sold for this payment')
}

/** What was kept for a payment whose money went back is free again. */
function refundedWithoutSeat(state: State, payment: Payment): Decision {
  const refunded: Payment = { ...payment, state: 'refunded' }
  const own = ownReservation(state, payment.reservationId, payment.sessionId)
  if (!own || !isLive(own.reservation)) {
    const nothing = { status: 'applied', quantity: 0, available: 0, limit: 0 } as const
    return { outcome: nothing, changes: { payments: [refunded] } }
  }
  const after = { ...own.pool, held: own.pool.held - own.reservation.quantity }
  return applied(after, 0, {
    pools: [after],
    reservations: [{ ...own.reservation, status: 'released', closedBecause: 'refunded' }],
    payments: [refunded],
  })
}

/** Why an admin cannot say that so many seats of a payment were lost; null where they can. */
function refuseSeats({ amountCents, seatsSold, seatsReturned }: Payment, seats: number): Decision | null {
  const left = seatsSold - seatsReturned
  if (!amountCents) return rejected('unclear_refund', 'Nobody knows what was paid for its seats')
  if (Number.isSafeInteger(seats) && seats >= 1 && seats <= left) return null
  const most = `This payment has ${counted(left, 'seat')} that can be given back`
  return rejected('invalid_quantity', most)
}

/** Why nobody can tell how many seats the money is for that went back. */
export function unclearRefund({ lostCents }: Payment): string {
  return lostCents === 0
    ? 'The amount refunded is no whole number of tickets'
    : 'What was lost or kept, with what was refunded, is no whole number of tickets'
}
