import { answerOf } from '@/db/ahead'
import type { Trx } from '@/lib/database'
import type { Command, PaymentReference } from '../commands'
import { linksNamed, lockLinks, readLinks } from './link-rows'
import { isAnyPaymentThere } from './lock-payment-rows'
import { lockPayments } from './lock-payments'
import { lockPools, poolsNamed, takeTurns } from './turns-and-pools'
import { type HoldLimits, isOverdue, type Payment, type PoolKey, poolKey, type State } from '../model'
import { reservationPaymentId } from './payment-references'
import { readCompeting } from './read-competing'
import {
  lockReservations,
  type ReservationReading,
  readReservations,
  reservationsNamed,
} from './reservation-rows'
import { StockMoved } from '../retryable'
import { type ChainEnd, readStock, type StockReading } from './stock-rows'
import { visitorsOf, type WantedPools } from './wanted-pools'

export interface LockedState {
  /** All that `decide` looks at, read once everything is locked. */
  state: State
  /** The groups of commands, with the id of each payment's row filled in. */
  known: Command[][]
  chains: ReadonlyMap<string, ChainEnd>
  /** Ids of locked reservations whose last moment has passed, and that no accepted payment names. */
  overdue: string[]
  /** The pools with a hold whose last moment has passed, whether a payment names it or not. */
  withOverdue: ReadonlySet<PoolKey>
  /** Payments whose rows were inserted as the sales they are expected to become. The state has them as `new`. */
  expected: ReadonlyMap<string, Payment>
  /** The payments of `options.furtherPayments`, in their order. */
  furtherPayments: (Payment | null)[]
}

/**
 * Locks what the commands are about, in the order of docs/locking.md, and reads it.
 *
 * @throws StockMoved when it has read a row that it has not locked: the caller starts the transaction anew
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
  const { groups: known, payments, expected, justNamed, furtherPayments } = paymentRows
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
  await assertSalesLocked(trx, { known, justNamed, state })
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
  // A new hold changes no other reservation. So without an overdue hold there is nothing to lock, and both reads
  // are sent before the first is answered.
  const [stock, early] = await Promise.all([
    readStock(trx, wanted),
    isAboutNewHolds(commands) ? read([]) : null,
  ])
  if (early && stock.withOverdue.size === 0) return { stock, locked: [], ...early }
  const resets = citiesToReset(commands)
  const changing = await lockReservations(trx, { named, resets, pools: [...stock.pools.values()] })
  const locked = changing.map(({ id }) => id)
  // The locked rows are all that counts, with two exceptions: a hold also counts the buyer's other seats, and a
  // hold that is overdue lapses only if no payment waits for it.
  const isAll =
    !commands.some(({ type }) => type === 'hold') && !changing.some((one) => isOverdue(one, stock.now))
  const reading = isAll ? { reservations: changing, overdue: [] } : await read(locked)
  return { stock, locked, ...reading }
}

/**
 * Another transaction may have committed something while the locks were taken: then what was read may belong to a
 * stock row that is not locked.
 */
function assertPoolsLocked(pools: ReadonlySet<PoolKey>, reservations: readonly string[], state: State): void {
  if (![...state.pools.values()].every((pool) => pools.has(poolKey(pool)))) throw new StockMoved()
  for (const id of reservations) {
    const reservation = state.reservations.get(id)
    if (reservation && !state.pools.has(poolKey(reservation))) throw new StockMoved()
  }
}

/**
 * Other code may sell a reservation by its name alone, and commit after this transaction looked for that sale
 * (`lockPayments`). A session's payment for the same reservation then belongs to that sale, and is no second order:
 * start anew to find it. An `await` is checked, too, because its payment will be sold when it succeeds.
 *
 * Only a payment whose row was just inserted, or has just learned its session, can have missed such a sale, and only if
 * its reservation is sold or unknown here.
 */
async function assertSalesLocked(
  trx: Trx,
  { known, justNamed, state }: Pick<LockedState, 'known' | 'state'> & { justNamed: ReadonlySet<string> },
): Promise<void> {
  const unseen: string[] = []
  for (const command of known.flat()) {
    if (command.type !== 'sell' && command.type !== 'await') continue
    const { id, reservationId, sessionId, paymentIntentId } = command.payment
    if (!id || !reservationId || !justNamed.has(id)) continue
    // Sold by its payment intent and by the reservation's name: both sales stay.
    if ((state.payments.get(id)?.seatsSold ?? 0) > 0) continue
    const reservation = state.reservations.get(reservationId)
    if (reservation && reservation.status !== 'sold') continue
    // The reservation has another page, so this session is another order.
    if (sessionId && reservation?.sessionId && reservation.sessionId !== sessionId) continue
    const sale = state.payments.get(reservationPaymentId(reservationId))
    // The next try finds this sale as long as it has no session, and inserts no row beside it
    // (insertMissingPayments).
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
