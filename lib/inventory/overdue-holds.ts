import { isPublicSoldOut, type PoolFigures, publicAvailable, shownLimit } from './availability'
import type { SoldOutElsewhere } from './sold-out-elsewhere'

/** A hold whose last moment has passed, and whose seats no transaction has given back yet. */
export interface OverdueHold {
  quantity: number
  /** From this moment readers do not count it. */
  lapsedAt: Date
  /**
   * Since when readers count it again, because an accepted event for it waits for the worker. Null: there is none.
   */
  keptSince: Date | null
}

/** What readers see of a stock row. The clock changes it without a write. */
export interface Seen {
  /** Seats that readers count as held. */
  held: number
  /** When the clock last moved that number; null: it never has. */
  movedAt: Date | null
  /** When it last moved the number that customers see; null: it never has. */
  publicMovedAt: Date | null
}

/** What readers see of a stock row with these overdue holds. Pure. */
export function seenOf(pool: PoolFigures, overdue: readonly OverdueHold[]): Seen {
  const moves = overdue.flatMap(movesOf).sort((one, other) => one.at.getTime() - other.at.getTime())
  const seen: Seen = { held: pool.held, movedAt: null, publicMovedAt: null }
  for (const { at, seats } of moves) {
    const shown = publicAvailable({ ...pool, held: seen.held })
    seen.held += seats
    seen.movedAt = at
    // The end of a hold on hidden seats does not move the public number.
    if (publicAvailable({ ...pool, held: seen.held }) !== shown) seen.publicMovedAt = at
  }
  return seen
}

/**
 * When the public answer about a stock row last changed, given that the row is written now. Null: not later than its
 * row says already. It compares what readers saw before the write with what they see after it, not the stored figures.
 * A lapse that readers have seen is no change when a transaction writes it off, and keeps its time. So the answer does
 * not tell when that transaction was. Nor does a tier that is sold out alone: customers see whether the city is. Pure.
 *
 * @param change.elsewhere whether the city's other tiers are sold out
 * @param change.overdue the overdue holds before the write, as far as they matter (`overdueBehind` in `execute.ts`)
 * @param change.left those of them that stay overdue
 */
export function publicChangeOf(change: {
  before: PoolFigures
  after: PoolFigures
  elsewhere: SoldOutElsewhere
  overdue: readonly OverdueHold[]
  left: readonly OverdueHold[]
  now: Date
}): Date | null {
  const { before, after, elsewhere, now } = change
  const seen = seenOf(before, change.overdue)
  const then = { ...before, held: seen.held }
  const next = { ...after, held: seenOf(after, change.left).held }
  const isSame =
    then.publicLimit === next.publicLimit &&
    publicAvailable(then) === publicAvailable(next) &&
    (elsewhere.before && isPublicSoldOut(then)) === (elsewhere.after && isPublicSoldOut(next))
  return isSame ? seen.publicMovedAt : latest(now, seen.publicMovedAt)
}

/**
 * Whether a write changes how readers see the overdue holds that stay. Customers saw the seats of such a hold come
 * back; under the new figures these may be hidden seats, or the other way round. Then the moment at which customers saw
 * the number move has to be stored (`publicChangeOf`), and the lapse moved (`keepAnew`). Pure.
 *
 * @param change.ended the overdue holds that end now
 */
export function shiftsWhatIsSeen(change: {
  before: PoolFigures
  after: PoolFigures
  ended: readonly OverdueHold[]
}): boolean {
  const { before, after, ended } = change
  const left = (pool: PoolFigures) => shownLimit(pool) - pool.sold - pool.held
  return left(before) !== left(after) || ended.some((hold) => movesOf(hold).length > 0)
}

/** Whether readers count the hold again after they have seen it lapse. */
export function isKeptAnew({ lapsedAt, keptSince }: OverdueHold): boolean {
  return keptSince !== null && keptSince > lapsedAt
}

/** The later one. Null is earlier than any moment. */
export function latest(one: Date, other: Date | null): Date {
  return other !== null && other > one ? other : one
}

/** How the hold moved what readers see. Not at all if its payment was accepted before its last moment. */
function movesOf(hold: OverdueHold): { at: Date; seats: number }[] {
  const { quantity, lapsedAt, keptSince } = hold
  const gone = { at: lapsedAt, seats: -quantity }
  if (keptSince === null) return [gone]
  return isKeptAnew(hold) ? [gone, { at: keptSince, seats: quantity }] : []
}
