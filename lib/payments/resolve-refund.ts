import { sql } from 'kysely'
import { database } from '@/lib/database'
import { isRefundedInFull } from '@/lib/inventory/decide/ownership'
import { executeIn } from '@/lib/inventory/execute'
import { transactStock } from '@/lib/inventory/transact-stock'
import { kindsClosedByRefund } from '@/lib/payment-records/exception-kinds'
import { settleExceptions } from '@/lib/payment-records/exceptions'
import { recordRefunds } from '@/lib/payment-records/refund-rows'
import { isAtTheBank } from '@/lib/payment-records/refund-status'
import { refundPayment, type RefundAttempt } from '@/lib/stripe/refund-payment'
import { ClaimLost, closeClaimed, type ExceptionClaim, resolving } from './exception-claims'
import { refuse, type ResolutionResult, type Resolver } from './resolution-result'

/**
 * Refunds all that is left of a payment through Stripe, once, however often it is asked for. What was held for it
 * is then free, and seats that it had are given back. A refund that takes its time at the bank leaves the exception
 * claimed; Stripe's news closes it, or opens it again. Refunded it is once as much as was paid has gone back.
 */
export async function refundException(exceptionId: number, resolver: Resolver): Promise<ResolutionResult> {
  return resolving({ exceptionId, resolution: 'refund', resolver }, async (claim) => {
    const paymentIntentId = await paymentIntentOf(claim)
    if (paymentIntentId === null)
      return refuse('nothing_to_refund', 'No money went through Stripe for this payment')
    const attempt = await refundPayment({ paymentIntentId, exceptionId, claimedAt: claim.claimedAt })
    switch (attempt.kind) {
      case 'refused':
        return refuse('refund_refused', `Stripe refused the refund: ${attempt.code}`)
      case 'unclear':
        return refuse(
          'payment_unavailable',
          'Stripe did not answer clearly. Try again; nothing is refunded twice',
        )
      case 'made':
        return record(claim, attempt, resolver)
    }
  })
}

async function record(
  claim: ExceptionClaim,
  attempt: RefundAttempt & { kind: 'made' },
  resolver: Resolver,
): Promise<ResolutionResult> {
  const atBank = [attempt.own, ...attempt.refunds].find((refund) => refund !== null && isAtTheBank(refund))
  return transactStock<ResolutionResult>(async (trx) => {
    await recordRefunds(trx, attempt.refunds)
    const payment = { id: claim.paymentId }
    const groups = [[{ type: 'restock', payment, authority: resolver } as const]]
    const { outcomes, furtherPayments, changedCities } = await executeIn(trx, groups, {
      furtherPayments: [payment],
    })
    const [[outcome] = []] = outcomes
    const [paid] = furtherPayments
    // What fits by now may be no more than what went back before: a refund at the bank has yet to arrive.
    if (atBank) {
      // Also where other news has closed the exception by now: should this refund fail, somebody is told.
      await sql`
        update payment_exceptions set refund_id = ${atBank.refundId} where id = ${claim.id}`.execute(trx)
      return { result: { ok: true, resolution: 'refund_pending' }, changedCities }
    }
    const isSettled =
      outcome?.status === 'applied' || (outcome?.status === 'duplicate' && outcome.code === 'already_settled')
    // A part of it may fit a number of seats as well.
    if (!isSettled || !paid || !isRefundedInFull(paid)) return { result: notBack, changedCities }
    const refundId = attempt.own?.refundId ?? null
    await closeOnce(() => closeClaimed(trx, claim, { resolution: 'refunded', refundId }))
    await settleExceptions(trx, kindsClosedByRefund, [claim.paymentId], 'refunded')
    return { result: { ok: true, resolution: 'refunded' }, changedCities }
  })
}

const notBack = refuse(
  'refund_refused',
  'The money has not gone back, or not all of it; look at the payment in Stripe',
)

/** Stripe's webhook of this very refund may have closed the exception already, in the claimer's name. */
async function closeOnce(close: () => Promise<void>): Promise<void> {
  try {
    await close()
  } catch (error) {
    if (!(error instanceof ClaimLost)) throw error
  }
}

async function paymentIntentOf({ paymentId }: ExceptionClaim): Promise<string | null> {
  const row = await database()
    .selectFrom('payments')
    .select('payment_intent_id')
    .where('id', '=', paymentId)
    .executeTakeFirst()
  return row?.payment_intent_id ?? null
}
