import type { Trx } from '@/lib/database'
import type { Outcome } from '@/lib/inventory/outcomes'
import type { Payment } from '@/lib/inventory/model'
import { openExceptions } from '@/lib/payment-records/exceptions'

/**
 * After an admin's sale, opens an exception if the refunds from before the sale do not tell how many seats to give back.
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
