/** The stand-in's own time: the machine's clock plus an offset that only tests move. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  nowMs(): number
  /** Whole seconds since 1970 UTC, as Stripe writes times. */
  nowSeconds(): number
  offsetMs(): number
  /** Makes it `atMs` now; time goes on from there. */
  set(atMs: number): void
  advance(ms: number): void
}

export function createClock(): Clock {
  let offset = 0
  return {
    nowMs: () => Date.now() + offset,
    nowSeconds: () => Math.floor((Date.now() + offset) / 1000),
    offsetMs: () => offset,
    set: (atMs) => {
      offset = atMs - Date.now()
    },
    advance: (ms) => {
      offset += ms
    },
  }
}
