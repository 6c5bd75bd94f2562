import type { PaymentState } from '@/db/schema'

/**
 * Whether money that went back for a payment's seats is here again: its refund failed at the bank after the seats, all of
 * them or a part, had gone to others. That stays so, also once a person has closed the exception as it is. Amounts in the
 * currency's smallest unit, seats in seats. Pure.
 */
export function isRefundedInVain(payment: {
  state: PaymentState | null
  amountCents: number | null
  /** The sum of the succeeded refunds. */
  refundedCents: number
  /** Returned ones, too. */
  seatsSold: number
  seatsReturned: number
}): boolean {
  const { state, amountCents, refundedCents, seatsSold, seatsReturned } = payment
  if (amountCents === null) return false
  switch (state) {
    case 'refunded':
      return refundedCents < amountCents
    case 'sold':
      return refundedCents * seatsSold < amountCents * seatsReturned
    case 'new':
    case 'awaiting':
    case 'failed':
    case 'exception':
    case 'dismissed':
    case null:
      return false
  }
}
