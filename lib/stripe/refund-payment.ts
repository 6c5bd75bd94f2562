import type Stripe from 'stripe'
import { hasFailed, isAtTheBank } from '@/lib/payments/refund-status'
import { stripe } from './client'
import { readStripeFailure } from './failure'
import { refundFacts, type RefundFacts } from './facts'
import { listRefunds } from './list-refunds'

export type RefundAttempt =
  /** All of the payment's refunds as Stripe has them; `own` is the one that carries the exception's id. */
  | { kind: 'made'; refunds: RefundFacts[]; own: RefundFacts | null }
  | { kind: 'refused'; code: string }
  /** Nobody knows whether it was made. Trying again is safe. */
  | { kind: 'unclear' }

/**
 * Refunds what is left of a payment, once for an exception, however often it is called and wherever the caller
 * died: a refund that carries the exception's id is looked for first, and the call has a key made of it. A refund
 * that failed at the bank, whoever made it, makes room for another one, under another key.
 */
export async function refundPayment(request: {
  paymentIntentId: string
  exceptionId: number
}): Promise<RefundAttempt> {
  try {
    return await lookThenRefund(request)
  } catch (error) {
    const failure = readStripeFailure(error)
    if (failure.kind === 'unclear' || failure.locksUsOut) return { kind: 'unclear' }
    return { kind: 'refused', code: failure.code }
  }
}

async function lookThenRefund(request: {
  paymentIntentId: string
  exceptionId: number
}): Promise<RefundAttempt> {
  const { paymentIntentId, exceptionId } = request
  const refunds = await listRefunds(paymentIntentId)
  const ours = refunds.filter((refund) => refund.metadata?.exceptionId === String(exceptionId))
  const failed = refunds.filter(hasFailed)
  const alive = ours.filter((refund) => !hasFailed(refund))
  const own = alive.find(isAtTheBank) ?? alive[0] ?? null
  if (own && (isAtTheBank(own) || failed.length === 0)) return made(refunds, own)
  try {
    const created = await stripe().refunds.create(
      { payment_intent: paymentIntentId, metadata: { exceptionId: String(exceptionId) } },
      // Stripe keeps its refusals under the key as well; only a refund that failed leaves something to refund again.
      { idempotencyKey: `refund-${paymentIntentId}-${exceptionId}-${ours.length}-${failed.length}` },
    )
    return made([...refunds.filter(({ id }) => id !== created.id), created], created)
  } catch (error) {
    const failure = readStripeFailure(error)
    if (failure.kind !== 'refused' || failure.code !== 'charge_already_refunded') throw error
    return made(await listRefunds(paymentIntentId), own)
  }
}

function made(refunds: readonly Stripe.Refund[], own: Stripe.Refund | null): RefundAttempt {
  return {
    kind: 'made',
    refunds: refunds.map((refund) => refundFacts.parse(refund)),
    own: own && refundFacts.parse(own),
  }
}
