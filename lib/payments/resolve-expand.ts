import type { ExceptionResolution } from '@/db/tables/money'
import { counted } from '@/lib/counted'
import type { Command } from '@/lib/inventory/commands'
import { type Outcome, refusalIn, type Rejected } from '@/lib/inventory/outcomes'
import { seatsDueBack, seatsStillPaid, withKeptLeft } from '@/lib/inventory/decide/seats-for-money'
import { executeIn } from '@/lib/inventory/execute'
import type { Payment, PoolId } from '@/lib/inventory/model'
import { transactStock } from '@/lib/inventory/transact-stock'
import { parseTier } from '@/lib/tier'
import { ClaimLost, closeClaimed, type ExceptionClaim, resolving } from './exception-claims'
import { refusalOfSale } from './resolve-assign'
import { type Refused, refuse, type ResolutionResult, type Resolver } from './resolution-result'

/** Others may take seats between two tries. */
const tries = 5

export interface ExpandOptions {
  /** The seats to add that the admin agreed to; more are needed by now: refused with `numbers_moved`. */
  mostAdded?: number | undefined
}

/**
 * Adds the seats that are missing and gives them to the payment, all or nothing: a paid order that found no seat,
 * or a sale whose refund failed after its seats had gone to somebody else. Seats that became free meanwhile are
 * used first; where they suffice, nothing is added. Seats of an order whose money went back before are not given.
 */
export async function expandForException(
  exceptionId: number,
  resolver: Resolver,
  { mostAdded = Infinity }: ExpandOptions = {},
): Promise<ResolutionResult> {
  return resolving({ exceptionId, resolution: 'expand', resolver }, async (claim) => {
    const tier = parseTier(claim.tier)
    const { cityId } = claim
    if (cityId === null || !tier) return refuse('invalid', 'Assign this payment to a city and tier instead')
    let missing = 0
    for (let attempt = 1; attempt <= tries; attempt++) {
      const result = await applyOnce(claim, { cityId, tier, missing }, resolver)
      if ('ok' in result) return result
      missing += result.short
      if (missing > mostAdded)
        return refuse(
          'numbers_moved',
          `${counted(missing, 'seat')} would have to be added by now, no longer ${mostAdded}`,
        )
    }
    return refuse('insufficient_stock', 'Others keep taking the seats; try again')
  })
}

/** @returns the result, or how many seats more are needed; then nothing was changed */
async function applyOnce(
  claim: ExceptionClaim,
  wanted: PoolId & { missing: number },
  authority: Resolver,
): Promise<ResolutionResult | { short: number }> {
  const payment = { id: claim.paymentId }
  const { cityId, tier, missing } = wanted
  const expand: Command = {
    type: 'expand',
    cityId,
    tier,
    additionalSpots: missing,
    authority,
    resolvesException: true,
  }
  const expansion = missing > 0 ? [expand] : []
  return transactStock<ResolutionResult | { short: number }>(async (trx) => {
    const groups = seatGroups(claim, wanted, expansion, authority)
    const { outcomes, furtherPayments, changedCities } = await executeIn(trx, groups, {
      furtherPayments: [payment],
    })
    const [first = [], [settled] = []] = outcomes
    const refused = refusalIn(first)
    if (refused) return { result: answerTo(refused, claim, furtherPayments[0]), changedCities }
    if (settled?.status === 'rejected' || isUnclear(first.at(-1))) throw new ClaimLost(unclearRefund)
    const resolution = resolutionOf(first.at(-1), missing)
    await closeClaimed(trx, claim, { resolution })
    return { result: { ok: true, resolution }, changedCities }
  })
}

const unclearRefund = refuse(
  'not_fitting',
  'What was refunded is no whole number of tickets. Refund the rest, or give it a number of seats that you choose',
)

/** First the seats, with what is added for them; then, for a new sale, whether earlier refunds tell how many it has. */
function seatGroups(
  claim: ExceptionClaim,
  { cityId, tier }: PoolId,
  expansion: Command[],
  authority: Resolver,
): Command[][] {
  const payment = { id: claim.paymentId }
  const restock: Command = { type: 'restock', payment, authority }
  if (claim.kind === 'refund_failed') return [[...expansion, restock]]
  const quantity = claim.quantity ?? 0
  const sell: Command = {
    type: 'sell',
    payment,
    cityId,
    tier,
    quantity,
    reach: 'actual',
    resolvesException: true,
    authority,
  }
  return [[...expansion, sell], [restock]]
}

/** Of a refund that failed, the seats can be taken, but what is left of the refunds tells no number. */
function isUnclear(taken: Outcome | undefined): boolean {
  return taken?.status === 'applied' && taken.note === 'unclear_refund'
}

function resolutionOf(taken: Outcome | undefined, added: number): ExceptionResolution {
  if (taken?.status === 'duplicate') return 'settled'
  if (taken?.status === 'applied' && taken.note === 'refunded_before_sale') return 'refunded'
  return added > 0 ? 'expanded' : 'assigned'
}

function answerTo(
  refused: Rejected,
  claim: ExceptionClaim,
  payment: Payment | null | undefined,
): Refused | { short: number } {
  const { code, available = 0 } = refused
  if (code === 'insufficient_stock') {
    const needed = seatsNeeded(claim, payment)
    return needed === null ? unclearRefund : { short: needed - available }
  }
  if (code === 'refund_failed')
    return refuse('not_fitting', 'No seat was sold for this payment; refund it instead')
  return refusalOfSale(refused)
}

/** Null where what is left of its refunds tells no number. */
function seatsNeeded(claim: ExceptionClaim, payment: Payment | null | undefined): number | null {
  if (!payment) return 0
  if (claim.kind === 'refund_failed') {
    const due = seatsDueBack(withKeptLeft(payment))
    return due === null ? null : payment.seatsReturned - due
  }
  const ordered = claim.quantity ?? 0
  return seatsStillPaid(payment, ordered) ?? ordered
}
