import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { Restock } from '@/lib/inventory/commands'
import type { Outcome } from '@/lib/inventory/outcomes'
import { executeIn } from '@/lib/inventory/execute'
import { disputesTold, isLossUnknown, lostInDisputes } from '@/lib/inventory/lost-in-disputes'
import { transactStock } from '@/lib/inventory/transact-stock'
import { kindsAboutRefunds } from '@/lib/payment-records/exception-kinds'
import { settleExceptions } from '@/lib/payment-records/exceptions'
import { ClaimLost, closeClaimed, type ExceptionClaim, resolving } from './exception-claims'
import { isToldOfSince, settleWherePaid, toldMeanwhile } from './settle-where-paid'
import {
  lostMeanwhile,
  type Refused,
  refundedMeanwhile,
  refuse,
  type ResolutionResult,
  type Resolver,
} from './resolution-result'

export interface RestockOptions {
  /** The seats that the admin saw would be given back; another number by now: refused with `numbers_moved`. */
  expectedSeats?: number | undefined
  /** The lost disputes that the admin saw it tell of; more by now: refused with `numbers_moved`. */
  expectedDisputes?: number | undefined
  /** The money refunded that the admin saw; another by now: refused with `numbers_moved`. */
  expectedRefundedCents?: number | undefined
  /** Gives so many back, from 1 to those that the payment has left, where the money does not say how many. */
  seats?: number | undefined
}

/**
 * Gives back the seats whose money was lost in the disputes that an exception tells of: as many as a refund of that
 * money would, or as many as an admin says, where the money tells none. From then on it counts beside the payment's refunds,
 * which give the same seats back no second time. So does what was kept of the price of seats where an admin says for how
 * many a refund was. Seats of before a reset are no longer in stock: they count as given back,
 * and no seat becomes free. Nor does one where a refund had given them back already; should that fail, or have failed, it
 * takes no seat for what was lost. Of a sale that Stripe does not know as paid, all seats come back, and it is none any
 * more; Stripe is asked again first, and a sale that it knows by now stays one. No money moves.
 */
export async function restockForException(
  exceptionId: number,
  resolver: Resolver,
  options: RestockOptions = {},
): Promise<ResolutionResult> {
  const { expectedRefundedCents } = options
  return resolving({ exceptionId, resolution: 'restock', resolver }, async (claim) => {
    const known = claim.kind === 'unknown_to_stripe' ? await settleWherePaid(claim) : null
    if (known) return known
    return transactStock<ResolutionResult>(async (trx) => {
      const restock = await restockOf(trx, claim, resolver, options)
      if ('ok' in restock) return { result: restock, changedCities: [] }
      const { outcomes, furtherPayments, changedCities } = await executeIn(trx, [[restock]], {
        furtherPayments: [restock.payment],
      })
      const refundedCents = furtherPayments[0]?.refundedCents
      if (expectedRefundedCents !== undefined && expectedRefundedCents !== refundedCents)
        throw new ClaimLost(refundedMeanwhile())
      const outcome = outcomes[0]?.[0]
      const decided = resolutionOf(outcome)
      if (typeof decided !== 'string') return { result: decided, changedCities }
      if (restock.unpaid) await forgetSale(trx, claim)
      await closeClaimed(trx, claim, { resolution: decided, refundedCents })
      // What was refunded may be a whole number of tickets now, together with what was lost.
      if (!owesSeats(outcome)) await settleExceptions(trx, kindsAboutRefunds, [claim.paymentId], 'settled')
      return { result: { ok: true, resolution: decided }, changedCities }
    })
  })
}

async function restockOf(
  trx: Trx,
  claim: ExceptionClaim,
  resolver: Resolver,
  { expectedSeats, expectedDisputes, seats }: RestockOptions,
): Promise<Restock | Refused> {
  const { cents, isUnknown, disputes, detail } = await lockLost(trx, claim)
  const restock: Restock = {
    type: 'restock',
    payment: { id: claim.paymentId },
    authority: { ...resolver, reason: resolver.reason ?? detail },
  }
  if (claim.kind === 'unknown_to_stripe')
    return (await isToldOfSince(trx, claim))
      ? toldMeanwhile
      : { ...restock, unpaid: { expectedBack: expectedSeats } }
  if (expectedDisputes !== undefined && expectedDisputes !== disputes) return lostMeanwhile()
  if (isUnknown && seats === undefined) return amountUnknown
  if (claim.kind === 'unclear_refund' && seats === undefined) return seatsUnknown
  return { ...restock, lost: { cents, seats, expectedBack: expectedSeats } }
}

const amountUnknown = refuse('not_fitting', 'Nobody knows how much was lost')
const seatsUnknown = refuse('not_fitting', 'The amount refunded does not tell how many seats it was for')

/** Should it be sold again, that is looked up at Stripe anew, and a session learns its own payment intent. */
async function forgetSale(trx: Trx, { paymentId }: ExceptionClaim): Promise<void> {
  await sql`
    update payments set sold_at = null, checked_at = null,
      payment_intent_id = case when session_id is null then payment_intent_id end
    where id = ${paymentId} and seats_sold = 0`.execute(trx)
}

/**
 * What the exception's disputes took, in the currency's smallest unit. Whoever tells of another one has the payment's
 * lock, so it stays so until the end.
 */
async function lockLost(trx: Trx, { id, paymentId }: ExceptionClaim): Promise<Lost> {
  await sql`select from payments where id = ${paymentId} for update`.execute(trx)
  const { rows } = await sql<Lost>`
    select ${lostInDisputes('e')} as cents, ${isLossUnknown('e')} as "isUnknown", ${disputesTold('e')} as disputes, e.detail
    from payment_exceptions e where e.id = ${id}`.execute(trx)
  return rows[0] ?? { cents: 0, isUnknown: true, disputes: 0, detail: '' }
}

interface Lost {
  cents: number
  isUnknown: boolean
  disputes: number
  detail: string
}

function resolutionOf(outcome: Outcome | undefined): 'restocked' | 'settled' | Refused {
  if (outcome?.status === 'applied') return 'restocked'
  if (outcome?.status === 'rejected')
    return refuse(outcome.code === 'numbers_moved' ? 'numbers_moved' : 'not_fitting', outcome.message)
  return outcome?.code === 'already_settled' || owesSeats(outcome)
    ? 'settled'
    : refuse('not_fitting', 'No seat was sold for this payment')
}

/** A refund that failed is still to be decided about, now without what was lost. */
function owesSeats(outcome: Outcome | undefined): boolean {
  return outcome?.status === 'duplicate' && outcome.code === 'seats_owed'
}
