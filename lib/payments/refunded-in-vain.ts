import type { PaymentState } from '@/db/tables/money'
import { centsBack } from '@/lib/inventory/decide/ownership'
import { centsForSeats } from '@/lib/inventory/decide/seats-for-money'

/**
 * Whether a refund failed at the bank after seats of the payment, all or some, had gone to others: the money is
 * ours again, and the buyer has less than they paid for. That stays so even if an admin has closed the exception as
 * it is. Amounts in the currency's smallest unit, seats in seats. Pure.
 */
export function isRefundedInVain(payment: {
  state: PaymentState | null
  amountCents: number | null
  /** The sum of the succeeded refunds. */
  refundedCents: number
  /** What lost disputes took, or was kept, as far as seats were given back for it. */
  lostCents: number
  /** Returned ones, too. */
  seatsSold: number
  /** What was paid for, where a person gave it another number of seats. */
  seatsPaid: number | null
  seatsReturned: number
}): boolean {
  const { state, amountCents, seatsReturned } = payment
  if (amountCents === null) return false
  const back = centsBack(payment)
  switch (state) {
    case 'refunded':
      return back < amountCents
    case 'sold':
      return back < centsForSeats(payment, seatsReturned)
    case 'new':
    case 'awaiting':
    case 'failed':
    case 'exception':
    case 'dismissed':
    case null:
      return false
  }
}
