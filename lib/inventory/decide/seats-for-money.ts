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

/** Returned seats whose money is really back: the others are owed, by a refund that failed. */
export function seatsPaidBack(sale: SaleMoney & Pick<Payment, 'seatsReturned'>): number {
  if (!sale.amountCents) return 0
  let seats = sale.seatsReturned
  while (seats > 0 && centsForSeats(sale, seats) > centsBack(sale)) seats--
  return seats
}

/** What decides how much of a payment's price is kept. */
export type KeptMoney = SaleMoney & Pick<Payment, 'seatsReturned' | 'keptCents'>

/**
 * The payment with what counts of the price that was kept. Nothing is kept of a refund that failed, nor where the rest
 * of the money, as that of a later refund or of a lost dispute, tells as many seats by itself; nor what no seat needs.
 * The row remembers it all the same: that refund may fail, too, and one that failed be made again.
 */
export function withKeptLeft<Sale extends KeptMoney>(sale: Sale): Sale {
  const none = withoutKept(sale)
  const due = seatsDueBack(none)
  if (due !== null && (due >= sale.seatsReturned || owesSeats(sale))) return none
  const most = Math.max(0, (sale.amountCents ?? 0) - centsBack(none))
  const keptCents = Math.min(sale.keptCents, most)
  const kept = { ...sale, keptCents, lostCents: none.lostCents + keptCents }
  return owesSeats(none) || seatsDueBack(kept) !== null ? kept : none
}

/** The payment as if nothing of its price had been kept. */
export function withoutKept<Sale extends KeptMoney>(sale: Sale): Sale {
  return { ...sale, keptCents: 0, lostCents: sale.lostCents - sale.keptCents }
}

/** Whether a refund failed after seats had come back for it. */
export function owesSeats(sale: SaleMoney & Pick<Payment, 'seatsReturned'>): boolean {
  return centsForSeats(sale, sale.seatsReturned) > centsBack(sale)
}

function paidFor({ seatsPaid, seatsSold }: SaleMoney): number {
  return seatsPaid ?? seatsSold
}

function neverGiven(sale: SaleMoney): number {
  return Math.max(0, paidFor(sale) - sale.seatsSold)
}
