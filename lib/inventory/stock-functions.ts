import { randomUUID } from 'node:crypto'
import { holdMinutes } from '@/lib/hold-minutes'
import { noSuchCity } from '@/lib/no-such-city'
import { isStorableText } from '@/lib/outside-text'
import { parseQuantity } from '@/lib/quantity'
import { parseTier } from '@/lib/tier'
import { actualAvailable, availableToAnybody, publicAvailable } from './availability'
import { expandCapacity } from './admin/limits'
import { resetCity } from './admin/resets'
import type { PaymentReference, Sell } from './commands'
import { highestLimit } from './decide/limits'
import { executeIfApplied } from './execute-if-applied'
import { executeOne } from './execute-one'
import { readPoolFigures } from './figures'
import type { PoolId } from './model'
import { reservationOfSession } from './reservation-of-session'
import { shortageText } from './shortage'

/** Seats that customers are shown: 0 for an unknown city or tier, and for an archived city. */
export async function getPublicAvailableSpots(cityId: string, tier: string): Promise<number> {
  const pool = await poolOf(cityId, tier)
  return pool && !pool.archived ? publicAvailable(pool) : 0
}

/** Seats that exist and are free, hidden ones included: 0 for an unknown city or tier. For admins only. */
export async function getActualAvailableSpots(cityId: string, tier: string): Promise<number> {
  const pool = await poolOf(cityId, tier)
  return pool ? actualAvailable(pool) : 0
}

export interface StockValidation {
  valid: boolean
  /** Seats that a hold finds. Hidden from customers: a public answer shows `publicAvailable` instead. */
  available: number
  error?: string
}

/**
 * Whether so many seats could be held now. Measured against actual stock, so that expanded seats can be sold, but
 * without those that only private links sell.
 *
 * @example await validateInventoryForCheckout('dallas-jan-2026', 'ga', 40)
 * // { valid: false, available: 35, error: 'Only 35 GA tickets available, but 40 requested' }
 */
export async function validateInventoryForCheckout(
  cityId: string,
  tier: string,
  quantity: number,
): Promise<StockValidation> {
  const request = readRequest(cityId, tier, quantity)
  if ('error' in request) return { valid: false, available: 0, error: request.error }
  const pool = await readPoolFigures(request.cityId, request.tier)
  if (!pool || pool.archived) return { valid: false, available: 0, error: noSuchCity }
  const available = availableToAnybody(pool)
  if (available >= request.quantity) return { valid: true, available }
  return { valid: false, available, error: shortageText(available, request) }
}

export interface DecrementResult {
  success: boolean
  availableAfter?: number
  error?: string
  /** This payment had been counted before; nothing was changed now. */
  duplicate?: boolean
}

/**
 * Sells seats. With a session, payment intent or reservation the sale happens once, however often it is asked for;
 * a reservation's own seats are used first. If the call names a session and no reservation, the session's own reservation
 * is meant. Without any of them every call is a sale of its own. A sale that names only a reservation is refused while
 * that reservation's payment is on its way, such as a bank debit, or waits for an admin's decision: that payment will buy
 * the seats.
 *
 * @example await decrementInventory('dallas-jan-2026', 'vip', 2, { sessionId: 'cs_test_1' })
 */
export async function decrementInventory(
  cityId: string,
  tier: string,
  quantity: number,
  payment: { sessionId?: string; paymentIntentId?: string; reservationId?: string } = {},
): Promise<DecrementResult> {
  const request = readRequest(cityId, tier, quantity)
  if ('error' in request) return { success: false, error: request.error }
  // Taken as none, it would be a sale of its own each time that the same payment is told of.
  if (typeof payment !== 'object' || payment === null || Array.isArray(payment))
    return { success: false, error: notAPayment }
  const given = Object.entries(payment).filter(([, id]) => id !== undefined)
  const wrong = given.find(([, id]) => !isStorableText(id))
  if (wrong) return { success: false, error: `${wrong[0]} must be a text of 1 to 255 characters` }
  const reference = given.length > 0 ? await withOwnHold(payment) : { id: `manual:${randomUUID()}` }
  const sale: Sell = { type: 'sell', ...request, payment: reference, reach: 'actual' }
  const outcome = await executeIfApplied(sale)
  switch (outcome.status) {
    case 'applied':
      return { success: true, availableAfter: outcome.available }
    case 'duplicate':
      if (outcome.code === 'payment_in_exception')
        return { success: false, error: 'This payment waits for a decision' }
      return { success: true, duplicate: true, availableAfter: await getActualAvailableSpots(cityId, tier) }
    case 'rejected':
      return { success: false, error: outcome.message }
  }
}

export interface ExpandResult {
  success: boolean
  newLimit?: number
  error?: string
}

/** Adds 1 to 10,000 hidden seats. The public limit stays as it is. Not in an archived city. */
export async function expandInventory(
  cityId: string,
  tier: string,
  additionalSpots: number,
  authorizedBy: string,
  reason?: string,
): Promise<ExpandResult> {
  const result = await expandCapacity(cityId, tier, additionalSpots, { authorizedBy, reason })
  return result.ok ? { success: true, newLimit: result.limit } : { success: false, error: result.message }
}

/**
 * Sets sold and held to 0 and the limits to the public ones, and begins a new epoch. The ledger keeps what
 * was there; the latest reset can be undone. Not in an archived city.
 */
export async function resetInventory(
  cityId: string,
  authorizedBy: string,
  reason: string,
): Promise<{ success: boolean; error?: string }> {
  const result = await resetCity(cityId, { authorizedBy, reason })
  return result.ok ? { success: true } : { success: false, error: result.message }
}

export interface ReserveResult {
  success: boolean
  reservationId: string
  /** Null where nothing is held. */
  expiresAt: Date | null
  error?: string
}

/**
 * Holds seats for 1 to 1,430 minutes. A known reservation with the same content, still held, gives the same
 * answer again; with other content, or no longer held, an error.
 */
export async function reserveInventory(
  cityId: string,
  tier: string,
  quantity: number,
  reservationId: string,
  timeoutMinutes = 15,
): Promise<ReserveResult> {
  const refused = (error: string): ReserveResult => ({
    success: false,
    reservationId,
    expiresAt: null,
    error,
  })
  const request = readRequest(cityId, tier, quantity)
  if ('error' in request) return refused(request.error)
  if (!isStorableText(reservationId)) return refused('reservationId must be a text of 1 to 255 characters')
  if (typeof timeoutMinutes !== 'number' || !(timeoutMinutes >= 1 && timeoutMinutes <= holdMinutes.max))
    return refused(`timeoutMinutes must be from 1 to ${holdMinutes.max}`)
  const outcome = await executeOne({
    type: 'hold',
    ...request,
    reservationId,
    minutes: timeoutMinutes,
    reach: 'by_setting',
  })
  if (outcome.status === 'rejected') return refused(outcome.message)
  return { success: true, reservationId, expiresAt: outcome.reservation?.expiresAt ?? null }
}

/**
 * Gives a held reservation's seats back. A reservation that is already closed stays as it is. For one that is sold,
 * or whose payment is on its way, the answer is an error. Meant for what `reserveInventory` holds: the payment page of a
 * checkout would stay open, so its seats are given back by `cancelCheckout` or `releaseHold`, which end the page first.
 */
export async function releaseInventoryReservation(
  reservationId: string,
): Promise<{ success: boolean; error?: string }> {
  if (!isStorableText(reservationId)) return { success: false, error: 'There is no such reservation' }
  const outcome = await executeOne({ type: 'release', reservationId, cause: 'cancelled' })
  if (outcome.status === 'rejected') return { success: false, error: outcome.message }
  if (outcome.status === 'duplicate' && outcome.code === 'already_sold') {
    return { success: false, error: 'This reservation has been sold' }
  }
  return { success: true }
}

const notAPayment = 'A payment must be an object that names a session, a payment intent or a reservation'

/** With the hold that was made for its session: left out, it would be sold once more by its name, or keep its seats. */
async function withOwnHold(payment: PaymentReference): Promise<PaymentReference> {
  const { sessionId, reservationId } = payment
  if (!sessionId || reservationId) return payment
  return { ...payment, reservationId: await reservationOfSession(sessionId) }
}

async function poolOf(cityId: string, tier: string) {
  const known = parseTier(tier)
  return known && isStorableText(cityId) ? readPoolFigures(cityId, known) : null
}

function readRequest(
  cityId: unknown,
  tier: unknown,
  quantity: unknown,
): (PoolId & { quantity: number }) | { error: string } {
  const knownTier = parseTier(tier)
  const whole = parseQuantity(quantity)
  if (!isStorableText(cityId)) return { error: noSuchCity }
  if (!knownTier) return { error: 'Tier must be GA or VIP' }
  if (whole === null || whole > highestLimit)
    return { error: `Quantity must be a whole number from 1 to ${highestLimit}` }
  return { cityId, tier: knownTier, quantity: whole }
}
