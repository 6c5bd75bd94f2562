import type { PaymentSummary } from './read-payments'
import { isRefundedInVain } from './refunded-in-vain'

/** A payment's state in a word: one that was refunded in vain has its money here again, until another refund arrives. */
export type ShownState = PaymentSummary['state'] | 'refund_failed' | 'refund_pending'

/** The state of a payment as pages and files show it. Pure. */
export function shownState(payment: PaymentSummary): ShownState {
  if (!isRefundedInVain(payment)) return payment.state
  return payment.isRefunding ? 'refund_pending' : 'refund_failed'
}
