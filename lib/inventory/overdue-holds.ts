import { isPublicSoldOut, type PoolFigures, publicAvailable, shownLimit } from './availability'

/** A hold whose last moment has passed, and that nobody has written off yet. */
export interface OverdueHold {
  quantity: number
  /** From then on readers count it no more. */
  lapsedAt: Date
  /** Since when an accepted event that waits for the worker has them count it all the same; null: none does. */
  keptSince: Date | null
}

/** What the clock has done to a stock row's figures without a write. */
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
    // A hold of hidden seats comes to its end without a trace in what customers see.
    if (publicAvailable({ ...pool, held: seen.held }) !== shown) seen.publicMovedAt = at
  }
  return seen
}

/**
 * When the public answer about a stock row that is written last changed, as far as its row does not say so yet; null: no
 * later than that. What counts is what readers saw, not the row: a lapse that they have seen is no news when it is
 * written off, and keeps its time, so that nothing tells when that was. Pure.
 *
 * @param change.overdue the holds that were overdue before; where nothing shifts what is seen, those alone that end now
 * @param change.left those of them that still are
 */
export function publicChangeOf(change: {
  before: PoolFigures
  after: PoolFigures
  overdue: readonly OverdueHold[]
  left: readonly OverdueHold[]
  now: Date
}): Date | null {
  const { before, after, now } = change
  const seen = seenOf(before, change.overdue)
  const then = { ...before, held: seen.held }
  const next = { ...after, held: seenOf(after, change.left).held }
  const isSame =
    then.publicLimit === next.publicLimit &&
    publicAvailable(then) === publicAvailable(next) &&
    isPublicSoldOut(then) === isPublicSoldOut(next)
  return isSame ? seen.publicMovedAt : latest(now, seen.publicMovedAt)
}

/**
 * Whether a stock row that is written shows in another light what the clock has done to holds that stay overdue. Seats that
 * customers saw lapse may be hidden ones from now on, or the other way round; then the time at which they saw the number
 * move is to be kept, and what moved without their seeing it forgotten. Pure.
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

/** Whether a hold is counted by readers again, after they had seen it lapse. */
export function isKeptAnew({ lapsedAt, keptSince }: OverdueHold): boolean {
  return keptSince !== null && keptSince > lapsedAt
}

/** The later one; null is before all time. */
export function latest(one: Date, other: Date | null): Date {
  return other !== null && other > one ? other : one
}

/** Where its money was accepted before its last moment, readers never noticed that. */
function movesOf(hold: OverdueHold): { at: Date; seats: number }[] {
  const { quantity, lapsedAt, keptSince } = hold
  const gone = { at: lapsedAt, seats: -quantity }
  if (keptSince === null) return [gone]
  return isKeptAnew(hold) ? [gone, { at: keptSince, seats: quantity }] : []
}
