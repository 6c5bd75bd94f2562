import type { Trx } from '@/lib/database'
import { raiseAuthorizedChanges } from './alerts/authorized-changes'
import { raiseStockAlerts, type StockChange } from './alerts/stock'
import type { Command, Lapse, PaymentReference } from './commands'
import type { Outcome } from './outcomes'
import { ownReservation } from './decide/ownership'
import { fold, type Folded } from './fold'
import { lockState } from './lock/lock-state'
import {
  type HoldLimits,
  isOverdue,
  type LedgerEntry,
  type Payment,
  type Pool,
  poolKey,
  type State,
} from './model'
import { shiftsWhatIsSeen } from './overdue-holds'
import { type OverdueReservation, readOverdueHolds } from './overdue-sql'
import { readSoldOutElsewhere } from './sold-out-elsewhere'
import { transactStock } from './transact-stock'
import { write } from './write'

export interface ExecuteOptions {
  /** Seats a buyer may hold at a time; no limit by default. */
  limits?: HoldLimits
  /** Payments to lock besides those that commands name: the caller is going to write to their rows. */
  furtherPayments?: readonly PaymentReference[]
  /** Called once all locks are held. */
  onLocked?: (() => void) | undefined
  /** Writes what belongs to the change, such as who did it, in the same transaction. Changes no stock. */
  record?: RecordChange | undefined
}

export type RecordChange = (trx: Trx, change: RecordedChange) => Promise<void>

export interface RecordedChange {
  outcomes: Outcome[][]
  /** The rows of the ledger that were written. */
  entries: readonly LedgerEntry[]
  /** What was changed where the ledger has no row of it: as it was under the lock, and is now. */
  setting?: ChangedSetting
}

export interface ChangedSetting {
  before: string
  after: string
}

export interface Executed {
  /** An outcome for each command, in the order and grouping they were given. */
  outcomes: Outcome[][]
  /**
   * The payments of `options.furtherPayments` in their order, as they were before the commands. Null for a
   * reference that names nothing.
   */
  furtherPayments: (Payment | null)[]
  /** Cities whose stock changed: announce them once the transaction has committed. */
  changedCities: string[]
}

/**
 * The only code that changes stock. Runs groups of commands in one transaction of its own: all or nothing
 * within a group, groups independent of each other. One command or five hundred take the same path.
 *
 * A deadlock or a lost race for a unique key is tried again; other database errors reach the caller, and then
 * nothing was changed. Waits for locked rows are bounded (SQLSTATE 55P03).
 *
 * @example const [[outcome]] = await execute([[{ type: 'release', reservationId, cause: 'cancelled' }]])
 */
export async function execute(
  groups: readonly Command[][],
  options: ExecuteOptions = {},
): Promise<Outcome[][]> {
  return transactStock(async (trx) => {
    const { outcomes, changedCities } = await executeIn(trx, groups, options)
    return { result: outcomes, changedCities }
  })
}

const joined = new WeakSet<Trx>()

/**
 * The same within the caller's transaction, at most once in each: a second call would take locks out of
 * order. The caller announces `changedCities` after its commit.
 */
export async function executeIn(
  trx: Trx,
  groups: readonly Command[][],
  options: ExecuteOptions = {},
): Promise<Executed> {
  if (!trx.isTransaction) throw new Error('executeIn needs a transaction')
  if (joined.has(trx)) throw new Error('execute joins a transaction at most once')
  joined.add(trx)

  const locked = await lockState(trx, groups, options)
  const { state, known, chains, overdue, withOverdue, expected, furtherPayments } = locked
  options.onLocked?.()
  const lapses = lapsesBefore(state, known.flat(), overdue)
  const folded = fold(state, [...lapses.map((lapse) => [lapse]), ...known])
  const changes = stockChanges(state, folded)
  const changesWithOverdue = changes.filter((change) => withOverdue.has(poolKey(change)))
  const overdueHolds = await overdueBehind(trx, state, folded, changesWithOverdue)
  const soldOutElsewhere = await readSoldOutElsewhere(trx, state, folded)
  await write(trx, { before: state, folded, chains, overdueHolds, soldOutElsewhere, expected })
  await raiseStockAlerts(trx, changes)
  await raiseAuthorizedChanges(trx, folded.entries)
  const outcomes = folded.outcomes.slice(lapses.length)
  await options.record?.(trx, { outcomes, entries: folded.entries })
  return { outcomes, furtherPayments, changedCities: citiesOf(folded) }
}

/**
 * Overdue holds lapse before anything else is decided. Exception: a hold that a `sell` or `await` of this batch
 * will use. A payment wins over the clock. A payment that names another session's hold does not use it: that hold
 * lapses, and its seats are free for the payment.
 */
function lapsesBefore(state: State, commands: readonly Command[], overdue: readonly string[]): Lapse[] {
  const taken = new Set(
    commands.flatMap((command) => {
      if (command.type !== 'sell' && command.type !== 'await') return []
      const { payment } = command
      const named = command.type === 'sell' ? payment.reservationId : command.reservationId
      return ownReservation(state, named, payment.sessionId)?.reservation.id ?? []
    }),
  )
  return overdue.filter((id) => !taken.has(id)).map((reservationId) => ({ type: 'lapse', reservationId }))
}

/**
 * The overdue holds that decide when the public answer changed (`publicChangeOf`):
 * - of a stock row where this write shifts what readers see: all its overdue holds,
 * - of any other stock row: only the holds that end now.
 *
 * A hold that is sold to a payment accepted in time shifts nothing. So a backlog of payments does not read all the
 * holds that wait behind it.
 */
async function overdueBehind(
  trx: Trx,
  before: State,
  folded: Folded,
  changesWithOverdue: readonly ChangedPool[],
): Promise<OverdueReservation[]> {
  const ids = [...folded.reservations.keys()].filter((id) => {
    const old = before.reservations.get(id)
    return old !== undefined && isOverdue(old, before.now)
  })
  const sessions = sessionsLearned(before, folded, ids)
  const ended = Map.groupBy(await readOverdueHolds(trx, { ids, sessions }), poolKey)
  const shifted = changesWithOverdue.filter((change) =>
    shiftsWhatIsSeen({ ...change, ended: ended.get(poolKey(change)) ?? [] }),
  )
  for (const change of shifted) ended.delete(poolKey(change))
  return [...[...ended.values()].flat(), ...(await readOverdueHolds(trx, { pools: shifted, sessions }))]
}

/**
 * By reservation id, the sessions that this transaction is the first to write to a reservation. Their events are
 * processed by now, but count as waiting for other transactions until this one commits. To find such an event,
 * `readOverdueHolds` needs the session.
 */
function sessionsLearned(before: State, folded: Folded, ids: readonly string[]): Map<string, string> {
  const sessions = new Map<string, string>()
  for (const id of ids) {
    const sessionId = folded.reservations.get(id)?.sessionId
    if (sessionId && before.reservations.get(id)?.sessionId === null) sessions.set(id, sessionId)
  }
  return sessions
}

interface ChangedPool extends StockChange {
  before: Pool
  after: Pool
}

/** Each pool before and after all commands. A newly opened pool is left out. */
function stockChanges(before: State, folded: Folded): ChangedPool[] {
  return [...folded.pools.values()].flatMap((after) => {
    const old = before.pools.get(poolKey(after))
    return old ? [{ cityId: after.cityId, tier: after.tier, before: old, after }] : []
  })
}

function citiesOf(folded: Folded): string[] {
  return [...new Set([...folded.pools.values()].map((pool) => pool.cityId))]
}
