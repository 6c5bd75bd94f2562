import { type Turn, turns } from './turns'

/** A batch's places in this process's lines: it claims while the batch before it locks, and locks when that has. */
export interface PlacesInLine {
  /** For its jobs and events. */
  claiming: Turn
  /** For its payments and their stock. */
  locking: Turn
}

/** The lines of a process. Whoever joins them leaves them in the end, at the latest by `leaveLines`. */
export interface PaymentLines {
  /** For a batch that has its jobs: takes the next place. */
  join(): PlacesInLine
  /**
   * For one that takes its jobs only when its turn to claim has come: settles then. Whoever has jobs goes first, also from
   * behind, for those are older.
   */
  joinLast(): Promise<PlacesInLine>
}

export function paymentLines(): PaymentLines {
  const turnToClaim = turns()
  const turnToLock = turns()
  /** How many that have their jobs have not claimed them yet. */
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

/** Those of this process. */
export const lines = paymentLines()

/** Lets those behind through, in both lines. Again, it does nothing. */
export function leaveLines({ claiming, locking }: PlacesInLine): void {
  claiming.pass()
  locking.pass()
}
