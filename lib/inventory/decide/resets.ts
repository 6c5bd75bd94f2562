import { tierLabel, tiers } from '@/lib/tier'
import type { Reset, UndoReset } from '../commands'
import { isLive, type Payment, type Pool, poolKey, type State } from '../model'
import { applied, type Decision, entry, refuseArchived, rejected, unknownPool } from './decision'

/**
 * Begins a new epoch of a city: nothing sold, nothing held, actual limits back to the public ones. Refused if the
 * city is archived, or was reset after the admin looked at its numbers.
 */
export function reset(state: State, command: Reset): Decision {
  const pools = poolsOf(state, command.cityId)
  const first = pools[0]
  if (!first) return unknownPool()
  const refused = refuseArchived(state, command.cityId) ?? resetMeanwhile(pools, command.expectedEpoch)
  if (refused) return refused
  const open = [...state.reservations.values()].filter((one) => one.cityId === command.cityId && isLive(one))
  const afters = pools.map((pool) => ({
    ...pool,
    sold: 0,
    held: 0,
    actualLimit: pool.publicLimit,
    epoch: pool.epoch + 1,
    undoHidden: pool.actualLimit - pool.publicLimit,
  }))
  const forgotten = pools.reduce((seats, pool) => seats + pool.sold, 0)
  return applied(afters[0] ?? first, forgotten, {
    pools: afters,
    reservations: open.map((one) => ({ ...one, status: 'released', closedBecause: 'reset' })),
    entries: pools.map((pool, index) =>
      entry('reset', -pool.sold, pool, afters[index] ?? pool, { authority: command.authority }),
    ),
  })
}

/**
 * Brings back the sales and the hidden seats that the latest reset took away. What was sold since stays. Refused if
 * sold and held seats would then exceed the limit, and for the same reasons as a reset.
 */
export function undoReset(state: State, command: UndoReset): Decision {
  const all = poolsOf(state, command.cityId)
  if (all.length === 0) return unknownPool()
  const refused = refuseArchived(state, command.cityId) ?? resetMeanwhile(all, command.expectedEpoch)
  if (refused) return refused
  // A tier that was opened after the reset has nothing to bring back.
  const pools = all.filter((pool) => pool.undoHidden !== null)
  const first = pools[0]
  if (!first) return rejected('nothing_to_undo', 'There is no reset to undo')
  const afters: Pool[] = []
  const joining: Payment[] = []
  for (const pool of pools) {
    const sales = salesBefore(state, pool)
    const seats = sales.reduce((sum, sale) => sum + sale.seatsSold - sale.seatsReturned, 0)
    const after = restored(pool, seats)
    if (after.sold + after.held > after.actualLimit) {
      const figures = `${after.sold} sold and ${after.held} held of ${after.actualLimit}`
      return rejected('below_taken', `${tierLabel(pool.tier)} would have ${figures}; expand it first`)
    }
    afters.push(after)
    joining.push(...sales.map((sale) => ({ ...sale, epoch: pool.epoch })))
  }
  const brought = joining.reduce((seats, sale) => seats + sale.seatsSold - sale.seatsReturned, 0)
  return applied(afters[0] ?? first, brought, {
    pools: afters,
    payments: joining,
    entries: pools.map((pool, index) => {
      const after = afters[index] ?? pool
      return entry('undo', after.sold - pool.sold, pool, after, { authority: command.authority })
    }),
  })
}

function restored(pool: Pool, seats: number): Pool {
  return {
    ...pool,
    sold: pool.sold + seats,
    actualLimit: pool.actualLimit + (pool.undoHidden ?? 0),
    undoHidden: null,
  }
}

/** Sales of the epoch before the pool's current one. */
function salesBefore(state: State, pool: Pool): Payment[] {
  return [...state.payments.values()].filter(
    (payment) =>
      payment.seatsSold > 0 &&
      payment.cityId === pool.cityId &&
      payment.tier === pool.tier &&
      payment.epoch === pool.epoch - 1,
  )
}

function resetMeanwhile(pools: readonly Pool[], expectedEpoch: number | undefined): Decision | null {
  const epoch = Math.max(...pools.map((pool) => pool.epoch))
  if (expectedEpoch === undefined || expectedEpoch === epoch) return null
  return rejected('numbers_moved', 'This city was reset meanwhile; look at its numbers again')
}

function poolsOf(state: State, cityId: string): Pool[] {
  return tiers.flatMap((tier) => state.pools.get(poolKey({ cityId, tier })) ?? [])
}
