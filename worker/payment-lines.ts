import { type Turn, turns } from './turns'

/**
 * A batch's places in this process's two lines. It claims while the batch before it takes its locks, and takes its
 * own locks once that one has them.
 */
export interface PlacesInLine {
  /** For its jobs and events. */
  claiming: Turn
  /** For its payments and their stock. */
  locking: Turn
}

/**
 * The two lines of a process. Every batch that joins them leaves them in the end, at the latest by `leaveLines`.
 */
export interface PaymentLines {
  /** For a batch that has its jobs: takes the next place. */
  join(): PlacesInLine
  /**
   * For a batch that takes its jobs only at its turn to claim; settles when that has come. Batches that already
   * have their jobs go first, even those that joined later: their jobs are older.
   */
  joinLast(): Promise<PlacesInLine>
}

/** For one process. */
export function paymentLines(): PaymentLines {
  const turnToClaim = turns()
  const turnToLock = turns()
  /** How many batches have their jobs and have not claimed them yet. */
  let waiting = 0
  return {
    join: () => {
      const turn = turnToClaim()
      let waits = true
      waiting++
      const pass = () => {
        if (waits) waiting--
        waits = false
        turn.pass()
      }
      return { claiming: { mine: turn.mine, pass }, locking: turnToLock() }
    },
    joinLast: async () => {
      for (;;) {
        const places = { claiming: turnToClaim(), locking: turnToLock() }
        await places.claiming.mine
        if (waiting === 0) return places
        leaveLines(places)
      }
    },
  }
}

/** The lines of this process. */
export const lines = paymentLines()

/** Lets the batches behind through, in both lines. A second call does nothing. */
export function leaveLines({ claiming, locking }: PlacesInLine): void {
  claiming.pass()
  locking.pass()
}
