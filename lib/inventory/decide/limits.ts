import { counted, isOrAre } from '@/lib/counted'
import type { Expand, OpenCity, Reduce, Relimit } from '../commands'
import { type Pool, poolKey, type State } from '../model'
import { applied, type Decision, duplicate, entry, refuseArchived, rejected, unknownPool } from './decision'

/** The highest limit a pool may have. */
export const highestLimit = 1_000_000

/**
 * How far down a limit goes: to what is taken. A public one that is lower already, since hidden seats were sold, stays or
 * rises.
 *
 * @param now the limit as it is
 */
export function lowestLimit({ sold, held }: Pick<Pool, 'sold' | 'held'>, now: number): number {
  return Math.min(now, sold + held)
}

/** Adds hidden seats: the public limit stays. */
export function expand(state: State, command: Expand): Decision {
  const pool = state.pools.get(poolKey(command))
  if (!pool) return unknownPool()
  return changeLimits(state, pool, command, { actualLimit: pool.actualLimit + command.additionalSpots })
}

/** Takes seats away, none of which is sold or held. */
export function reduce(state: State, command: Reduce): Decision {
  const pool = state.pools.get(poolKey(command))
  if (!pool) return unknownPool()
  if (command.to > pool.actualLimit) {
    return rejected('invalid_quantity', `The limit is ${pool.actualLimit}; expand it instead`)
  }
  return changeLimits(state, pool, command, { actualLimit: command.to })
}

/** Changes the public limit; the actual one goes along where both were equal. */
export function relimit(state: State, command: Relimit): Decision {
  const pool = state.pools.get(poolKey(command))
  if (!pool) return unknownPool()
  const actualLimit = pool.actualLimit === pool.publicLimit ? command.to : pool.actualLimit
  return changeLimits(state, pool, command, { publicLimit: command.to, actualLimit })
}

/** A tier's first stock. */
export function openCity(state: State, command: OpenCity): Decision {
  if (!state.cities.has(command.cityId)) return unknownPool()
  if (state.pools.has(poolKey(command)))
    return rejected('already_open', 'This city has stock in this tier already')
  const limit = command.publicLimit
  const nothing = emptyPool(command)
  const after = { ...nothing, publicLimit: limit, actualLimit: limit }
  return applied(after, limit, {
    pools: [after],
    entries: [entry('open', limit, nothing, after, { authority: command.authority })],
  })
}

function changeLimits(
  state: State,
  pool: Pool,
  command: Expand | Reduce | Relimit,
  limits: { publicLimit?: number; actualLimit: number },
): Decision {
  const { publicLimit = pool.publicLimit, actualLimit } = limits
  const forPayment = command.type === 'expand' && command.resolvesException
  const refused = (forPayment ? null : refuseArchived(state, pool.cityId)) ?? limitsMoved(pool, command)
  if (refused) return refused
  const [now, limit] =
    command.type === 'relimit' ? [pool.publicLimit, publicLimit] : [pool.actualLimit, actualLimit]
  if (limit < lowestLimit(pool, now)) return rejected('below_taken', belowTaken(pool, now))
  if (Math.max(publicLimit, actualLimit) > highestLimit) {
    return rejected('limit_too_high', `A limit cannot be higher than ${highestLimit}`)
  }
  const after = { ...pool, publicLimit, actualLimit }
  const change = limit - now
  if (change === 0) return duplicate('already_settled')
  return applied(
    after,
    Math.abs(change),
    { pools: [after], entries: [entry(command.type, change, pool, after, { authority: command.authority })] },
    { limit },
  )
}

function belowTaken({ sold, held }: Pool, now: number): string {
  const taken = sold + held
  const seats = `${counted(taken, 'seat')} ${isOrAre(taken)} sold or held`
  return taken > now
    ? `${seats}; a public limit of ${now} cannot be lowered`
    : `${seats}; the limit cannot be lower`
}

/** Refuses where a limit is another one than the admin saw. */
function limitsMoved(pool: Pool, command: Expand | Reduce | Relimit): Decision | null {
  const { type, expectedLimit } = command
  const current = type === 'relimit' ? pool.publicLimit : pool.actualLimit
  if (expectedLimit !== undefined && expectedLimit !== current) {
    return rejected('numbers_moved', `The limit is now ${current}, no longer ${expectedLimit}`)
  }
  const expectedActual = type === 'relimit' ? command.expectedActual : undefined
  if (expectedActual !== undefined && expectedActual !== pool.actualLimit) {
    const now = `The actual limit is now ${pool.actualLimit}`
    return rejected('numbers_moved', `${now}, no longer ${expectedActual}`)
  }
  return null
}

function emptyPool({ cityId, tier }: OpenCity): Pool {
  const nothing = { publicLimit: 0, actualLimit: 0, sold: 0, held: 0, epoch: 0 }
  return { cityId, tier, ...nothing, hiddenSale: 'open', undoHidden: null }
}
