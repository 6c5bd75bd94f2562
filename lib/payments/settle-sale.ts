import type { Trx } from '@/lib/database'
import type { Outcome } from '@/lib/inventory/outcomes'
import type { Payment } from '@/lib/inventory/model'
import { openExceptions } from './exceptions'

/**
 * After a sale that an admin made: refunds that had come before it gave their seats back, or nobody can tell how
 * many, and then that is an exception of its own.
 */
export async function noteUnclearRefund(
  trx: Trx,
  settled: Outcome | undefined,
  payment: Payment | null | undefined,
): Promise<void> {
  if (settled?.status !== 'rejected' || !payment) return
  const { id: paymentId, currency, amountCents, refundedCents } = payment
  await openExceptions(trx, [
    { paymentId, kind: 'unclear_refund', currency, amountCents, refundedCents, detail: settled.message },
  ])
}
