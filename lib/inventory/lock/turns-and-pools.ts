import { createHash } from 'node:crypto'
import { type QueryResult, sql } from 'kysely'
import { ahead } from '@/db/ahead'
import { database, type Trx } from '@/lib/database'
import { type Tier, tiers } from '@/lib/tier'
import { type Command, soldByName } from '../commands'
import { type PoolId, type PoolKey, poolKey } from '../model'
import { selectWanted, type WantedPools } from './wanted-pools'

/**
 * Makes commands take turns until the transaction ends, where the rules look at more than the locked rows:
 * - Holds of one buyer (email, address or visitor), whose seats are counted.
 * - Resets and undos of one city, so that the epoch that an undo brings back stays the latest one.
 * - A sale by a reservation's name alone, and a debit that names the same: where there is no such reservation, they meet at
 *   no row.
 */
export async function takeTurns(trx: Trx, commands: readonly Command[]): Promise<void> {
  const names = new Set<string>()
  for (const command of commands) {
    if (command.type === 'reset' || command.type === 'undo-reset') names.add(`resets ${command.cityId}`)
    const named = soldByName(command) ?? debitFor(command)
    if (named !== null) names.add(`order ${named}`)
    if (command.type !== 'hold') continue
    if (command.email) names.add(`email ${command.email}`)
    if (command.addressHash) names.add(`address ${command.addressHash}`)
    if (command.visitorHash) names.add(`visitor ${command.visitorHash}`)
  }
  if (names.size === 0) return
  const keys = [...names].map(lockKey).sort((a, b) => (a < b ? -1 : 1))
  // unnest gives the keys in the array's order, so they are taken sorted.
  await sql`${ahead} select pg_advisory_xact_lock(key) from unnest(${keys.map(String)}::bigint[]) as key`.execute(
    trx,
  )
}

/** The reservation that a debit on its way names; null for any other command. */
function debitFor(command: Command): string | null {
  return command.type === 'await' && !command.onlyKeep ? command.reservationId : null
}

/** The stock rows that the commands themselves name. */
export function poolsNamed(commands: readonly Command[]): Map<PoolKey, PoolId> {
  const pools = new Map<PoolKey, PoolId>()
  const add = (cityId: string, tier: Tier) => pools.set(poolKey({ cityId, tier }), { cityId, tier })
  for (const command of commands) {
    switch (command.type) {
      case 'hold':
      case 'sell':
      case 'expand':
      case 'reduce':
      case 'relimit':
      case 'open-city':
        add(command.cityId, command.tier)
        break
      case 'reset':
      case 'undo-reset':
        for (const tier of tiers) add(command.cityId, tier)
        break
      case 'await':
      case 'release':
      case 'lapse':
      case 'restock':
        break
    }
  }
  return pools
}

/**
 * Locks stock rows; `answerOf` says which. Use nothing else of the answer: what the rules see is read by later
 * statements, because this statement's snapshot is older than the lock it may have waited for.
 */
export async function lockPools(trx: Trx, wanted: WantedPools): Promise<QueryResult<PoolId>> {
  return sql<PoolId>`${ahead}
    select city_id as "cityId", tier from inventory
    where (city_id, tier) in (${selectWanted(wanted)})
    order by city_id, tier
    for update`.execute(trx)
}

/** The stock rows that another transaction has locked at this moment. Waits for none, and keeps no lock. */
export async function lockedPools(pools: WantedPools['named']): Promise<ReadonlySet<PoolKey>> {
  const wanted = selectWanted({ named: pools })
  // Index: the primary key.
  const { rows } = await sql<PoolId>`
    with free as (
      select city_id, tier from inventory where (city_id, tier) in (${wanted}) for update skip locked)
    select city_id as "cityId", tier from inventory
    where (city_id, tier) in (${wanted}) and (city_id, tier) not in (select city_id, tier from free)`.execute(
    database(),
  )
  return new Set(rows.map(poolKey))
}

function lockKey(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigInt64BE()
}
