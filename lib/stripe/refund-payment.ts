import type Stripe from 'stripe'
import { hasFailed, isAtTheBank } from '@/lib/payment-records/refund-status'
import { stripe } from './client'
import { readStripeFailure } from './failure'
import { refundFacts, type RefundFacts } from './facts'
import { listRefundsOfPaymentIntent } from './list-refunds'

export type RefundAttempt =
  /** All of the payment's refunds as Stripe has them; `own` is the one that carries the exception's id. */
  | { kind: 'made'; refunds: RefundFacts[]; own: RefundFacts | null }
  | { kind: 'refused'; code: string }
  /** It is not known whether it was made. Trying again is safe. */
  | { kind: 'unclear' }

/** What is left of a payment, to be refunded in an exception's name. */
export interface WantedRefund {
  paymentIntentId: string
  exceptionId: number
  /** When the exception was claimed for it: tells this attempt from a later one. Whole milliseconds. */
  claimedAt: Date
}

/**
 * Refunds what is left of a payment, once for an exception, however often it is called and wherever the caller
 * died: a refund that carries the exception's id is looked for first. If a refund failed at the bank, whoever made
 * it, another one is made.
 *
 * Each claim has an idempotency key of its own, since Stripe keeps refusals and faults under a key for a day, too.
 * Two keys cannot send the money twice, even if their calls run at the same time: no call names an amount, so each
 * takes what is left at its turn, and Stripe lets a charge's refunds never come to more than was paid. The second
 * call hears that there is nothing left. https://docs.stripe.com/api/refunds/create
 */
export async function refundPayment(request: WantedRefund): Promise<RefundAttempt> {
  try {
    return await lookThenRefund(request)
  } catch (error) {
    const failure = readStripeFailure(error)
    if (failure.kind === 'unclear' || failure.locksUsOut) return { kind: 'unclear' }
    return { kind: 'refused', code: failure.code }
  }
}

async function lookThenRefund(request: WantedRefund): Promise<RefundAttempt> {
  const { paymentIntentId, exceptionId, claimedAt } = request
  const refunds = await listRefundsOfPaymentIntent(paymentIntentId)
  const own = ownAmong(refunds, exceptionId)
  if (own && (isAtTheBank(own) || !refunds.some(hasFailed))) return made(refunds, own)
  try {
    const created = await stripe().refunds.create(
      { payment_intent: paymentIntentId, metadata: { exceptionId: String(exceptionId) } },
      { idempotencyKey: `refund-${paymentIntentId}-${exceptionId}-${claimedAt.getTime()}` },
    )
    return made([...refunds.filter(({ id }) => id !== created.id), created], created)
  } catch (error) {
    const failure = readStripeFailure(error)
    if (failure.kind !== 'refused' || failure.code !== 'charge_already_refunded') throw error
    // Perhaps by an earlier call of ours that was still being carried out.
    const now = await listRefundsOfPaymentIntent(paymentIntentId)
    return made(now, ownAmong(now, exceptionId))
  }
}

/** The refund that carries the exception's id and has not failed; one at the bank before others. */
function ownAmong(refunds: readonly Stripe.Refund[], exceptionId: number): Stripe.Refund | null {
  const alive = refunds.filter(
    (refund) => refund.metadata?.exceptionId === String(exceptionId) && !hasFailed(refund),
  )
  return alive.find(isAtTheBank) ?? alive[0] ?? null
}

function made(refunds: readonly Stripe.Refund[], own: Stripe.Refund | null): RefundAttempt {
  return {
    kind: 'made',
    refunds: refunds.map((refund) => refundFacts.parse(refund)),
    own: own && refundFacts.parse(own),
  }
}
