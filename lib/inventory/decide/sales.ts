import { availableWithin } from '../availability'
import { type Sell, soldByName } from '../commands'
import {
  type Changes,
  type CompetingPayment,
  isLive,
  isUndecided,
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
  entry,
  insufficient,
  paymentOnItsWay,
  rejected,
  unknownPool,
} from './decision'
import { ownReservation, paymentOf, reachOf } from './ownership'
import { seatsDueBack } from './seats-for-money'

/**
 * Sells what was paid for, once for each payment: its own held seats first, the rest from free stock, all or
 * nothing. Seats whose money had gone back before are recorded as sold and returned, and none is taken for them. A
 * reservation's name alone sells nothing while a payment for it is on its way or in exception.
 */
export function sell(state: State, command: Sell): Decision {
  const payment = paymentOf(state, command.payment)
  if (!payment) return rejected('unknown_payment', 'This payment is not known')
  if (payment.seatsSold > 0) {
    const changes = {
      ...newlyKnownMoney(payment, command),
      ...withoutItsHold(state, withWhatWasPaid(payment, command)),
    }
    return duplicate('already_sold', undefined, changes)
  }
  if (!isUndecided(payment) && !command.resolvesException) return duplicate('payment_in_exception')
  const pool = state.pools.get(poolKey(command))
  if (!pool) return unknownPool()

  const paid = withWhatWasPaid(payment, command)
  if (meansASoldReservation(state, paid)) return duplicate('already_sold')
  const competing = findCompeting(state, command)
  if (competing) return yieldTo(competing)
  const own = ownReservation(state, paid.reservationId, paid.sessionId)
  const held = own && isLive(own.reservation) ? own : null
  const taken = held && poolKey(held.pool) === poolKey(pool) ? held.reservation.quantity : 0
  // An admin may give the payment seats of another pool. Then its held seats are freed.
  const left: Pool[] =
    held && taken === 0 ? [{ ...held.pool, held: held.pool.held - held.reservation.quantity }] : []
  const sale = saleOf(paid, pool, command)
  if (sale.state === 'refunded') {
    const after = { ...pool, held: pool.held - taken }
    return applied(
      after,
      0,
      {
        pools: taken > 0 ? [after] : left,
        reservations: own ? [closed(own.reservation, paid, 'refunded')] : [],
        payments: [sale],
      },
      { note: 'refunded_before_sale' },
    )
  }
  // A payment through a private link reaches hidden seats, however late it comes.
  const inPool = own && poolKey(own.pool) === poolKey(pool) ? own.reservation : null
  const reach = reachOf(command, pool, inPool)
  const free = availableWithin(pool, reach)
  const seats = sale.seatsSold - sale.seatsReturned
  if (seats > taken + free) return insufficient(pool, taken + free, seats)

  const after = { ...pool, held: pool.held - taken, sold: pool.sold + seats }
  return applied(after, seats, {
    pools: [after, ...left],
    reservations: own ? [closed(own.reservation, paid, null)] : [],
    payments: [sale],
    entries: [entry('decrement', seats, pool, after, { payment: sale, authority: command.authority })],
  })
}

/**
 * A sale made through the library has no amount until Stripe tells of its payment. Without an amount nobody can
 * tell how many seats a refund gives back.
 */
function newlyKnownMoney(payment: Payment, command: Sell): Changes {
  if (payment.amountCents !== null || command.amountCents == null) return {}
  return { payments: [withWhatWasPaid(payment, command)] }
}

/** Other code sold the order from free stock, before anybody knew which reservation it was of: that keeps no seats now. */
function withoutItsHold(state: State, sale: Payment): Changes {
  const own = ownReservation(state, sale.reservationId, sale.sessionId)
  if (!own || own.reservation.sessionOutcome === 'paid') return {}
  const { pool, reservation } = own
  return {
    pools: isLive(reservation) ? [{ ...pool, held: pool.held - reservation.quantity }] : [],
    reservations: [closed(reservation, sale, null)],
  }
}

/**
 * Whether a sale by a reservation's name alone repeats one that was made. Without a session or payment intent it is
 * no second order. `sessionOutcome` also tells of a sale that took no seat, because its payment had been refunded before.
 */
function meansASoldReservation(
  state: State,
  { sessionId, paymentIntentId, reservationId }: Payment,
): boolean {
  if (sessionId !== null || paymentIntentId !== null || reservationId === null) return false
  return state.reservations.get(reservationId)?.sessionOutcome === 'paid'
}

/**
 * The payment that a sale by a reservation's name alone must yield to. It has a row of its own, so the same order
 * would be sold twice: now, or once that payment succeeds or an admin gives it seats.
 */
function findCompeting(state: State, command: Sell): CompetingPayment | null {
  const reservationId = soldByName(command)
  if (reservationId === null) return null
  const isAwaiting = state.reservations.get(reservationId)?.status === 'awaiting'
  return state.competing.get(reservationId) ?? (isAwaiting ? 'on_its_way' : null)
}

function yieldTo(competing: CompetingPayment): Decision {
  switch (competing) {
    case 'sold':
      return duplicate('already_sold')
    case 'in_exception':
      return duplicate('payment_in_exception')
    case 'on_its_way':
      return paymentOnItsWay()
  }
}

/**
 * Leaves the payment intent alone: `learnPaymentIds` writes it under the locks, and only if no other sale has it.
 */
function withWhatWasPaid(payment: Payment, command: Sell): Payment {
  return {
    ...payment,
    sessionId: payment.sessionId ?? command.payment.sessionId ?? null,
    reservationId: payment.reservationId ?? command.payment.reservationId ?? null,
    amountCents: command.amountCents ?? payment.amountCents,
    currency: command.currency ?? payment.currency,
    email: command.email ?? payment.email,
  }
}

/**
 * The sale with what earlier refunds gave back of it. Where they tell no number of seats it has all of them, and a
 * person decides.
 */
function saleOf(paid: Payment, pool: Pool, { quantity, seatsPaid = null }: Sell): Payment {
  const sale: Payment = {
    ...paid,
    state: 'sold',
    cityId: pool.cityId,
    tier: pool.tier,
    seatsSold: quantity,
    seatsPaid: seatsPaid === quantity ? null : seatsPaid,
    seatsReturned: 0,
    epoch: pool.epoch,
  }
  const seatsReturned = seatsDueBack(sale) ?? 0
  return { ...sale, seatsReturned, state: seatsReturned === quantity ? 'refunded' : 'sold' }
}

function closed(own: Reservation, paid: Payment, because: 'refunded' | null): Reservation {
  return {
    ...own,
    status: because === null ? 'sold' : 'released',
    sessionId: own.sessionId ?? paid.sessionId,
    sessionOutcome: 'paid',
    closedBecause: because,
  }
}
