/** Who was refused, for as long as they will be. */
export interface Refusals {
  note(caller: string, forMs: number): void
  isNoted(caller: string): boolean
}

/** Forgetting one too early costs a look at the store, no more. */
const rememberedAtMost = 10_000

export function createRefusals(): Refusals {
  const until = new Map<string, number>()
  return {
    note(caller, forMs) {
      // Those who were refused last stand last.
      until.delete(caller)
      until.set(caller, performance.now() + forMs)
      if (until.size <= rememberedAtMost) return
      const [oldest] = until.keys()
      if (oldest !== undefined) until.delete(oldest)
    },
    isNoted(caller) {
      const end = until.get(caller)
      if (end === undefined) return false
      if (performance.now() < end) return true
      until.delete(caller)
      return false
    },
  }
}
