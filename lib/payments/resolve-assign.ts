import { readCityNames } from '@/lib/city-names'
import { counted, isOrAre } from '@/lib/counted'
import type { Trx } from '@/lib/database'
import type { Sell } from '@/lib/inventory/commands'
import type { Rejected } from '@/lib/inventory/outcomes'
import { executeIn } from '@/lib/inventory/execute'
import type { PoolId } from '@/lib/inventory/model'
import { transactStock } from '@/lib/inventory/transact-stock'
import { noSuchCity } from '@/lib/no-such-city'
import { isStorableText } from '@/lib/outside-text'
import { parseQuantity } from '@/lib/quantity'
import { parseTier, type Tier, tierLabel } from '@/lib/tier'
import { ClaimLost, closeClaimed, resolving } from './exception-claims'
import {
  type Refused,
  refundedMeanwhile,
  refuse,
  type ResolutionResult,
  type Resolver,
} from './resolution-result'

/** Where a payment gets its seats. */
export interface Assignment {
  cityId: string
  /** `ga` or `vip` in any case. */
  tier: unknown
  /** Seats; the exception's own number by default. */
  quantity?: unknown
  /** The money refunded that the admin saw; another by now: refused with `numbers_moved`. */
  expectedRefundedCents?: number | undefined
}

/**
 * Sells a payment that found no seat, or whose order nobody could read, in the city and tier that an admin names,
 * from all seats there are. What was still held for it elsewhere is then free. Where earlier refunds do not tell how many
 * seats are still paid for, that number is the decision about them, too.
 */
export async function assignException(
  exceptionId: number,
  assignment: Assignment,
  resolver: Resolver,
): Promise<ResolutionResult> {
  const target = readAssignment(assignment)
  if ('ok' in target) return target
  const { expectedRefundedCents } = assignment
  return resolving({ exceptionId, resolution: 'assign', resolver }, async (claim) => {
    const quantity = target.quantity ?? claim.quantity
    if (quantity === null) return refuse('invalid', 'Say how many seats this payment is for')
    const payment = { id: claim.paymentId }
    const { cityId, tier } = target
    const sell: Sell = {
      type: 'sell',
      payment,
      cityId,
      tier,
      quantity,
      reach: 'actual',
      resolvesException: true,
      seatsPaid: claim.quantity,
      authority: resolver,
    }
    return transactStock<ResolutionResult>(async (trx) => {
      const groups = [[sell], [{ type: 'restock', payment, authority: resolver } as const]]
      const { outcomes, furtherPayments, changedCities } = await executeIn(trx, groups, {
        furtherPayments: [payment],
      })
      const [[sold] = []] = outcomes
      const refundedCents = furtherPayments[0]?.refundedCents
      if (expectedRefundedCents !== undefined && refundedCents !== expectedRefundedCents)
        throw new ClaimLost(refundedMeanwhile())
      if (sold?.status === 'rejected') return { result: await answerTo(trx, sold, target), changedCities }
      if (sold?.status === 'duplicate') return { result: hasSeats, changedCities }
      const back = sold?.status === 'applied' && sold.note === 'refunded_before_sale'
      const resolution = back ? 'refunded' : 'assigned'
      await closeClaimed(trx, claim, { resolution, refundedCents })
      return { result: { ok: true, resolution }, changedCities }
    })
  })
}

const hasSeats = refuse('not_fitting', 'This payment has its seats already')

async function answerTo(trx: Trx, sold: Rejected, { cityId, tier }: PoolId): Promise<Refused> {
  if (sold.code !== 'insufficient_stock') return refusalOfSale(sold)
  const names = await readCityNames([cityId], trx)
  return tooFewSeats(sold.available ?? 0, { cityName: names.get(cityId) ?? cityId, tier })
}

/** @param free of all seats, for an admin */
export function tooFewSeats(free: number, { cityName, tier }: { cityName: string; tier: Tier }): Refused {
  return refuse(
    'insufficient_stock',
    `Only ${counted(free, `${tierLabel(tier)} seat`)} ${isOrAre(free)} free in ${cityName}`,
  )
}

/** Why a payment could not be sold, for an admin, where it is not for want of seats: see `tooFewSeats`. */
export function refusalOfSale({ code, message }: Rejected): Refused {
  switch (code) {
    case 'insufficient_stock':
    case 'unknown_city':
    case 'limit_too_high':
      return refuse(code, message)
    case 'invalid_quantity':
    case 'archived':
    case 'not_on_sale':
    case 'hold_limit':
    case 'live_hold':
    case 'reservation_conflict':
    case 'unknown_reservation':
    case 'unknown_payment':
    case 'payment_on_its_way':
    case 'below_taken':
    case 'numbers_moved':
    case 'nothing_to_undo':
    case 'unclear_refund':
    case 'refund_failed':
    case 'already_open':
    case 'invalid_link':
    case 'link_used_up':
    case 'group_rejected':
      return refuse('invalid', message)
  }
}

function readAssignment({ cityId, tier, quantity }: Assignment) {
  const known = parseTier(tier)
  if (!isStorableText(cityId)) return refuse('unknown_city', noSuchCity)
  if (!known) return refuse('invalid', 'Choose GA or VIP')
  if (quantity === undefined || quantity === null || quantity === '')
    return { cityId, tier: known, quantity: null }
  const seats = parseQuantity(quantity)
  if (seats === null) return refuse('invalid', 'The number of seats must be a whole number above 0')
  return { cityId, tier: known, quantity: seats }
}
