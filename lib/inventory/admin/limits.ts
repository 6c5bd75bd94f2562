import { expansionQuantity, parseQuantity } from '@/lib/quantity'
import type { Command } from '../commands'
import { highestLimit } from '../decide/limits'
import { executeOne } from '../execute-one'
import { type AdminAuthority, ifApplied, isRefusal, readAuthority } from './authority'
import { readPool } from './pool'
import { type AdminResult, refusal, resultOf } from './result'

export interface LimitOptions {
  /**
   * The limit that the admin saw. If it is another one by now, the change is refused with `numbers_moved`, so that
   * no admin overwrites another's change.
   */
  expectedLimit?: number | undefined
}

export interface RelimitOptions extends LimitOptions {
  /**
   * The actual limit that the admin saw: it decides whether the actual limit changes, too. If it is another one by
   * now, the change is refused with `numbers_moved`.
   */
  expectedActual?: number | undefined
}

/** `limit`: the limit afterwards, in seats. */
export type LimitResult = AdminResult<{ limit: number }>

/** Adds 1 to 10,000 hidden seats. The public limit stays as it is. Alerts. */
export async function expandCapacity(
  cityId: string,
  tier: string,
  additionalSpots: number,
  given: AdminAuthority,
  { expectedLimit }: LimitOptions = {},
): Promise<LimitResult> {
  const spots = parseQuantity(additionalSpots)
  if (spots === null) return refusal('invalid_quantity', 'Additional spots must be positive')
  if (spots > expansionQuantity.max)
    return refusal('invalid_quantity', `Additional spots must be at most ${expansionQuantity.max}`)
  const authority = readAuthority(given, 'inventory expansion')
  if (isRefusal(authority)) return authority
  const pool = readPool(cityId, tier)
  if (isRefusal(pool)) return pool
  return change({ type: 'expand', ...pool, additionalSpots: spots, expectedLimit, authority }, given)
}

/**
 * Lowers the actual limit, never below sold and held seats together. Where it falls below the public limit,
 * customers see fewer seats.
 *
 * @param to the limit afterwards, in seats; 0 is possible
 */
export async function reduceInventory(
  cityId: string,
  tier: string,
  to: number,
  given: AdminAuthority,
  { expectedLimit }: LimitOptions = {},
): Promise<LimitResult> {
  const authority = readAuthority(given, 'inventory reduction')
  if (isRefusal(authority)) return authority
  const pool = readPool(cityId, tier)
  if (isRefusal(pool)) return pool
  if (!isLimit(to)) return notALimit
  return change({ type: 'reduce', ...pool, to, expectedLimit, authority }, given)
}

/**
 * Changes the public limit: upwards always, downwards no further than to what is taken. The actual limit goes with it
 * where both were equal.
 *
 * @param to the public limit afterwards, in seats
 * @param options `expectedLimit` is the public limit that the admin saw
 */
export async function relimitInventory(
  cityId: string,
  tier: string,
  to: number,
  given: AdminAuthority,
  { expectedLimit, expectedActual }: RelimitOptions = {},
): Promise<LimitResult> {
  const authority = readAuthority(given, 'a change of the public limit')
  if (isRefusal(authority)) return authority
  const pool = readPool(cityId, tier)
  if (isRefusal(pool)) return pool
  if (!isLimit(to)) return notALimit
  return change({ type: 'relimit', ...pool, to, expectedLimit, expectedActual, authority }, given)
}

const notALimit = refusal('invalid_quantity', `A limit must be a whole number from 0 to ${highestLimit}`)

function isLimit(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= highestLimit
}

async function change(
  command: Command & { type: 'expand' | 'reduce' | 'relimit' },
  { record }: AdminAuthority,
): Promise<LimitResult> {
  return resultOf(await executeOne(command, { record: ifApplied(record) }), ({ limit }) => ({ limit }))
}
