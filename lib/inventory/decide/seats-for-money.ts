import type { Payment } from '../model'
import { centsBack, type PaymentMoney } from './ownership'

/** A sale: its money, the seats that this was paid for, and those that it got. */
export type SaleMoney = PaymentMoney & Pick<Payment, 'seatsSold' | 'seatsPaid'>

/**
 * Seats that the money gives back which was refunded, or lost in a dispute: all of them for the whole amount, a share
 * where it is a whole number of the seats that were paid for, null where nobody can tell. Of a sale that got fewer, those
 * that it never got come first: money for them gives back none.
 */
export function seatsDueBack(sale: SaleMoney): number | null {
  const { amountCents, seatsSold } = sale
  const back = centsBack(sale)
  if (back === 0) return 0
  if (amountCents === null || amountCents === 0) return null
  if (back >= amountCents) return seatsSold
  const share = back * paidFor(sale)
  return share % amountCents === 0 ? Math.max(0, share / amountCents - neverGiven(sale)) : null
}

/** Seats of an order that nothing was sold for yet which its money still pays for; null where nobody can tell. */
export function seatsStillPaid(money: PaymentMoney, ordered: number): number | null {
  const back = seatsDueBack({ ...money, seatsSold: ordered, seatsPaid: null })
  return back === null ? null : ordered - back
}

/**
 * The least money that gives so many of a sale's seats back, from none to all, in the currency's smallest unit; rounded
 * up where their share is no whole number of it. The amount paid must be known, and above 0.
 */
export function centsForSeats(sale: SaleMoney, seats: number): number {
  const amount = sale.amountCents ?? 0
  if (seats === 0) return 0
  if (seats >= sale.seatsSold) return amount
  const share = Math.ceil((amount * (seats + neverGiven(sale))) / paidFor(sale))
  // The whole amount gives all of them back, also of a sale that got more seats than were paid for.
  return Math.min(share, amount - 1)
}

function paidFor({ seatsPaid, seatsSold }: SaleMoney): number {
  return seatsPaid ?? seatsSold
}

function neverGiven(sale: SaleMoney): number {
  return Math.max(0, paidFor(sale) - sale.seatsSold)
}
