import { remember } from '../remember'

/** Who was refused, for as long as they will be. */
export interface Refusals {
  note(caller: string, forMs: number): void
  isNoted(caller: string): boolean
}

/** Forgetting one too early costs a look at the store, no more. */
const rememberedAtMost = 10_000

/** Kept in this process's memory. */
export function createRefusals(): Refusals {
  const until = remember<number>(rememberedAtMost)
  return {
    note(caller, forMs) {
      until.note(caller, performance.now() + forMs)
    },
    isNoted(caller) {
      const end = until.get(caller)
      if (end === undefined) return false
      if (performance.now() < end) return true
      until.forget(caller)
      return false
    },
  }
}
