import { type Turn, turns } from './turns'

/** A batch's places in this process's lines: it claims while the batch before it locks, and locks when that has. */
export interface PlacesInLine {
  /** For its jobs and events. */
  claiming: Turn
  /** For its payments and their stock. */
  locking: Turn
}

const turnToClaim = turns()
const turnToLock = turns()

/** Takes the next place in both lines, so that batches keep one order; `leaveLines` must follow. */
export function joinLines(): PlacesInLine {
  return { claiming: turnToClaim(), locking: turnToLock() }
}

export function leaveLines({ claiming, locking }: PlacesInLine): void {
  claiming.pass()
  locking.pass()
}
