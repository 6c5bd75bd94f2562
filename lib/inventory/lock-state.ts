import { answerOf } from '@/db/ahead'
import type { Trx } from '@/lib/database'
import type { Command, PaymentReference } from './commands'
import { linksNamed, lockLinks, readLinks } from './link-rows'
import { isAnyPaymentThere } from './lock-payment-rows'
import { lockPayments } from './lock-payments'
import { lockPools, poolsNamed, takeTurns } from './locks'
import { type HoldLimits, isOverdue, type Payment, type PoolKey, poolKey, type State } from './model'
import { reservationPaymentId } from './payment-references'
import { readCompeting } from './read-competing'
import {
  lockReservations,
  type ReservationReading,
  readReservations,
  reservationsNamed,
} from './reservation-rows'
import { StockMoved } from './retryable'
import { type ChainEnd, readStock, type StockReading } from './stock-rows'
import { visitorsOf, type WantedPools } from './wanted-pools'

export interface LockedState {
  /** All that `decide` looks at, as it is once locked. */
  state: State
  /** The same commands with the payment's own id filled in. */
  known: Command[][]
  chains: ReadonlyMap<string, ChainEnd>
  /** Ids of locked reservations whose last moment has passed, and that no accepted payment names. */
  overdue: string[]
  /** The pools with a hold whose last moment has passed, whether a payment names it or not. */
  withOverdue: ReadonlySet<PoolKey>
  /** Payments whose rows were written as the sales that are expected; in the state they are new. */
  expected: ReadonlyMap<string, Payment>
  /** Those of the options, in their order. */
  furtherPayments: (Payment | null)[]
}

/**
 * Locks what the commands are about, in the order of docs/locking.md, and reads it. Throws `StockMoved` where
 * something was read that is not locked: the transaction is to be started anew.
 */
export async function lockState(
  trx: Trx,
  groups: readonly Command[][],
  options: { limits?: HoldLimits; furtherPayments?: readonly PaymentReference[] },
): Promise<LockedState> {
  const commands = groups.flat()
  await takeTurns(trx, commands)
  const links = linksNamed(commands)
  await lockLinks(trx, links)
  const paymentRows = await lockPayments(trx, groups, options.furtherPayments)
  const { groups: known, payments, expected, made, furtherPayments } = paymentRows
  const wanted = wantedOf(commands, payments)
  const locking = await lockPools(trx, wanted)
  const { stock, locked, reservations, overdue } = await readLocked(trx, wanted, commands)
  const state: State = {
    now: stock.now,
    cities: stock.cities,
    pools: stock.pools,
    reservations: new Map(reservations.map((reservation) => [reservation.id, reservation])),
    payments,
    limits: options.limits ?? {},
    links: await readLinks(
      trx,
      links,
      reservations.map((one) => one.id),
    ),
    competing: await readCompeting(trx, commands),
  }
  assertPoolsLocked(new Set((await answerOf(locking)).map(poolKey)), locked, state)
  await assertSalesLocked(trx, { known, made, state })
  const { chains, withOverdue } = stock
  return { state, known, chains, overdue, withOverdue, expected, furtherPayments }
}

/** The stock rows and reservations that the commands or their payments name. */
function wantedOf(commands: readonly Command[], payments: ReadonlyMap<string, Payment>): Wanted {
  const pools = poolsNamed(commands)
  for (const { cityId, tier } of payments.values())
    if (cityId !== null && tier !== null) pools.set(poolKey({ cityId, tier }), { cityId, tier })
  const ofPayments = [...payments.values()].flatMap((payment) => payment.reservationId ?? [])
  return {
    named: [...pools.values()],
    reservations: [...new Set([...reservationsNamed(commands), ...ofPayments])],
    visitors: visitorsOf(commands),
  }
}

type Wanted = Required<WantedPools>

/** Reads the stock rows, whose locks were asked for before, then locks and reads the reservations. */
async function readLocked(
  trx: Trx,
  wanted: Wanted,
  commands: readonly Command[],
): Promise<ReservationReading & { stock: StockReading; locked: string[] }> {
  const { reservations: named } = wanted
  const read = (locked: string[]) => readReservations(trx, { locked, named }, commands)
  // A new hold changes no other reservation: without an overdue one there is nothing to lock, and both questions
  // are asked before the first is answered.
  const [stock, early] = await Promise.all([
    readStock(trx, wanted),
    isAboutNewHolds(commands) ? read([]) : null,
  ])
  if (early && stock.withOverdue.size === 0) return { stock, locked: [], ...early }
  const resets = citiesToReset(commands)
  const changing = await lockReservations(trx, { named, resets, pools: [...stock.pools.values()] })
  const locked = changing.map(({ id }) => id)
  // What was locked is all that counts, unless a buyer's other seats do too, or a hold may have to lapse.
  const isAll =
    !commands.some(({ type }) => type === 'hold') && !changing.some((one) => isOverdue(one, stock.now))
  const reading = isAll ? { reservations: changing, overdue: [] } : await read(locked)
  return { stock, locked, ...reading }
}

/** What was committed while the locks were taken may be of a stock row that is not locked. */
function assertPoolsLocked(pools: ReadonlySet<PoolKey>, reservations: readonly string[], state: State): void {
  if (![...state.pools.values()].every((pool) => pools.has(poolKey(pool)))) throw new StockMoved()
  for (const id of reservations) {
    const reservation = state.reservations.get(id)
    if (reservation && !state.pools.has(poolKey(reservation))) throw new StockMoved()
  }
}

/**
 * A reservation that was sold before its payment, whose row was just made, or that nobody here knows, may have been sold
 * by its name alone, and committed after this transaction looked for that sale: the payment is then one of that, and no
 * second order. One that only begins would sell it again in the end.
 */
async function assertSalesLocked(
  trx: Trx,
  { known, made, state }: Pick<LockedState, 'known' | 'state'> & { made: ReadonlySet<string> },
): Promise<void> {
  const unseen: string[] = []
  for (const command of known.flat()) {
    if (command.type !== 'sell' && command.type !== 'await') continue
    if (!made.has(command.payment.id ?? '')) continue
    const { reservationId, paymentIntentId } = command.payment
    if (!reservationId) continue
    const reservation = state.reservations.get(reservationId)
    if (reservation && reservation.status !== 'sold') continue
    const sale = state.payments.get(reservationPaymentId(reservationId))
    // Where it is there and belongs to nobody else yet, the next look makes no row beside it (insertMissingPayments).
    if (!sale) unseen.push(reservationPaymentId(reservationId))
    else if (sale.seatsSold > 0 && sale.sessionId === null && !(sale.paymentIntentId && paymentIntentId))
      throw new StockMoved()
  }
  if (unseen.length > 0 && (await isAnyPaymentThere(trx, unseen))) throw new StockMoved()
}

function isAboutNewHolds(commands: readonly Command[]): boolean {
  return commands.every((command) => command.type === 'hold' && !command.extends)
}

function citiesToReset(commands: readonly Command[]): string[] {
  return commands.flatMap((command) => (command.type === 'reset' ? [command.cityId] : []))
}
