import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import { isPublicSoldOut, type SalesFigures } from './availability'
import type { Folded } from './fold'
import { type Pool, type PoolId, poolKey, type State } from './model'

/** Whether all other tiers of a stock row's city are sold out for the public, before a write and after it. */
export interface SoldOutElsewhere {
  before: boolean
  after: boolean
}

/**
 * What the city's sold-out flag depends on besides the changed stock rows themselves. Where a tier's own part of the flag
 * changes, tiers that this transaction has not locked are read as they are committed. Should two tiers sell out at
 * the same instant in two transactions, neither sees the other: then the flag changes, and the time of the public
 * number stays.
 */
export async function readSoldOutElsewhere(
  trx: Trx,
  before: State,
  folded: Folded,
): Promise<(pool: Pool) => SoldOutElsewhere> {
  const flipped = [...folded.pools.values()].filter((after) => {
    const old = before.pools.get(poolKey(after))
    return old !== undefined && isPublicSoldOut(old) !== isPublicSoldOut(after)
  })
  const known = new Map<string, PoolId & SalesFigures>(before.pools)
  for (const pool of await readTiers(trx, flipped))
    if (!known.has(poolKey(pool))) known.set(poolKey(pool), pool)
  const tiersOf = Map.groupBy(known.values(), ({ cityId }) => cityId)
  return ({ cityId, tier }) => {
    const others = (tiersOf.get(cityId) ?? []).filter((one) => one.tier !== tier)
    return {
      before: others.every(isPublicSoldOut),
      after: others.every((one) => isPublicSoldOut(folded.pools.get(poolKey(one)) ?? one)),
    }
  }
}

async function readTiers(trx: Trx, pools: readonly PoolId[]): Promise<(PoolId & SalesFigures)[]> {
  if (pools.length === 0) return []
  // Index: inventory's key.
  const { rows } = await sql<PoolId & SalesFigures>`
    select city_id as "cityId", tier, public_limit as "publicLimit", actual_limit as "actualLimit", sold
    from inventory where city_id = any(${pools.map(({ cityId }) => cityId)}::text[])`.execute(trx)
  return rows
}
