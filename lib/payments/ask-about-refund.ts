import { readStripeFailure } from '@/lib/stripe/failure'
import { refundFacts, type RefundFacts } from '@/lib/stripe/facts'
import { followRefunds } from '@/lib/stripe/follow-refunds'
import { listRefundsOfPaymentIntent } from '@/lib/stripe/list-refunds'
import { getException } from './read-exceptions'
import { refuse, type ResolutionResult } from './resolution-result'

/**
 * Asks Stripe at once what became of the refunds of an exception's payment, whoever made them, and applies the
 * answer as the webhooks would. Makes no refund.
 */
export async function askAboutRefund(exceptionId: number): Promise<ResolutionResult> {
  const before = await getException(exceptionId)
  if (!before) return refuse('unknown_exception', 'There is no such exception')
  if (before.resolution) return { ok: true, resolution: before.resolution }
  const { paymentIntentId } = before.payment
  if (paymentIntentId === null)
    return refuse('nothing_to_refund', 'No money went through Stripe for this payment')
  const refunds = await refundsAtStripe(paymentIntentId)
  if (refunds === null) return refuse('payment_unavailable', 'Stripe did not answer clearly. Try again')
  const { left } = await followRefunds(refunds)
  if (left > 0) return refuse('payment_unavailable', 'Stripe’s answer could not be applied yet. Try again')
  const after = await getException(exceptionId)
  if (after?.resolution) return { ok: true, resolution: after.resolution }
  if (after?.isRefunding) return { ok: true, resolution: 'refund_pending' }
  return { ok: true, resolution: 'undecided' }
}

/** Null if Stripe did not answer clearly. */
async function refundsAtStripe(paymentIntentId: string): Promise<RefundFacts[] | null> {
  try {
    return (await listRefundsOfPaymentIntent(paymentIntentId)).map((refund) => refundFacts.parse(refund))
  } catch (error) {
    readStripeFailure(error)
    return null
  }
}
