import { type Reach, reachBySetting } from '../availability'
import type { Charged, PaymentReference } from '../commands'
import { type Payment, type Pool, poolKey, type Reservation, type State } from '../model'

/**
 * The unsold reservation that a payment may use: the one that it names, unless another session owns it. A payment
 * without a session, made through the library, owns what it names.
 */
export function ownReservation(
  state: State,
  id: string | null | undefined,
  sessionId: string | null | undefined,
) {
  const reservation = id ? state.reservations.get(id) : undefined
  if (!reservation || reservation.status === 'sold') return null
  if (sessionId && reservation.sessionId !== null && reservation.sessionId !== sessionId) return null
  const pool = state.pools.get(poolKey(reservation))
  return pool ? { reservation, pool } : null
}

/**
 * How far a buyer gets: to every seat with a private link, else as far as the command or the pool's setting says.
 */
export function reachOf(
  { reach }: { reach: Reach | 'by_setting' },
  pool: Pool,
  reservation: Pick<Reservation, 'linkId'> | null,
): Reach {
  if (reach !== 'by_setting') return reach
  return reservation && reservation.linkId !== null ? 'actual' : reachBySetting(pool)
}

/** The payment that a command is about; `execute` has found or made its row and filled in the id. */
export function paymentOf(state: State, reference: PaymentReference): Payment | null {
  return (reference.id === undefined ? undefined : state.payments.get(reference.id)) ?? null
}

/** A payment whose amount nobody knew, with what Stripe took; any other as it is. */
export function withCharged(payment: Payment, charged: Charged | null | undefined): Payment {
  if (payment.amountCents !== null || !charged) return payment
  return { ...payment, amountCents: charged.cents, currency: payment.currency ?? charged.currency }
}

/** Whether all of a payment's money has gone back. */
export function isRefundedInFull({ amountCents, ...back }: PaymentMoney): boolean {
  return amountCents !== null && amountCents > 0 && centsBack(back) >= amountCents
}

/** A payment's amount, and how much of it has gone back. */
export type PaymentMoney = Pick<Payment, 'amountCents' | 'refundedCents' | 'lostCents'>

/** All that went back of a payment, by refunds or by lost disputes. */
export function centsBack({ refundedCents, lostCents }: Omit<PaymentMoney, 'amountCents'>): number {
  return refundedCents + lostCents
}
