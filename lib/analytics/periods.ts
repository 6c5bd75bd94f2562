/** An hour, a day or a week of sales. */
export interface Period {
  from: Date
  /** Seats sold less seats returned; below 0 where more came back. Null: a gap, nobody knows or there was nothing. */
  sold: number | null
}

/** A change of what counts as sold that was no sale: a reset, or its undoing. */
export interface Jump {
  at: Date
  seats: number
}

/**
 * What was sold between moments at which the total is known. Pure.
 *
 * @param points in order of time, the total of sold seats at each; null makes a gap before and after it. `countedAt`
 * where the total is of another moment than the period's end
 */
export function periodsBetween(
  points: readonly { at: Date; countedAt?: Date; sold: number | null }[],
  jumps: readonly Jump[] = [],
): Period[] {
  return points.slice(1).map((end, index) => {
    const start = points[index] ?? end
    const sold =
      start.sold === null || end.sold === null
        ? null
        : end.sold - start.sold - inside(jumps, start.countedAt ?? start.at, end.countedAt ?? end.at)
    return { from: start.at, sold }
  })
}

function inside(jumps: readonly Jump[], from: Date, until: Date): number {
  return jumps.filter(({ at }) => at > from && at <= until).reduce((seats, jump) => seats + jump.seats, 0)
}
