import { readStripeFailure } from '@/lib/stripe/failure'
import { refundFacts } from '@/lib/stripe/facts'
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
  const left = await followRefundsOf(paymentIntentId)
  if (left === null) return refuse('payment_unavailable', 'Stripe did not answer clearly. Try again')
  if (left > 0) return refuse('payment_unavailable', 'Stripe’s answer could not be applied yet. Try again')
  const after = await getException(exceptionId)
  if (after?.resolution) return { ok: true, resolution: after.resolution }
  if (after?.isRefunding) return { ok: true, resolution: 'refund_pending' }
  return { ok: true, resolution: 'undecided' }
}

/** How many could not be applied. Null if Stripe did not answer clearly. */
async function followRefundsOf(paymentIntentId: string): Promise<number | null> {
  try {
    const refunds = await listRefundsOfPaymentIntent(paymentIntentId)
    return (await followRefunds(refunds.map((refund) => refundFacts.parse(refund)))).left
  } catch (error) {
    readStripeFailure(error)
    return null
  }
}
