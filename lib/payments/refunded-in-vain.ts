import type { PaymentState } from '@/db/schema'

/**
 * Whether a refunded payment's money is here again: its refund failed at the bank after its seats had gone to others, and
 * that stays so, also once a person has closed the exception as it is. Amounts in the currency's smallest unit. Pure.
 */
export function isRefundedInVain(payment: {
  state: PaymentState | null
  amountCents: number | null
  /** The sum of the succeeded refunds. */
  refundedCents: number
}): boolean {
  const { state, amountCents, refundedCents } = payment
  return state === 'refunded' && amountCents !== null && refundedCents < amountCents
}
