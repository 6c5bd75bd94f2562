import type { Watcher } from './feed'

/** How many watchers are told in one go: some milliseconds. Then others have their turn, before the next are told. */
const toldAtOnce = 200
/** For so many times as long as telling took, nobody is told anything: the process is for those who read and buy. */
const restFactor = 3
const longestRestMs = 750

/** All who watch the same numbers. */
export interface Crowd<View> {
  readonly size: number
  /** @returns how to leave */
  join(watcher: Watcher<View>): () => void
  /**
   * Tells everybody. The more watch, the more rarely: of the views that come while another is told, or soon after, only
   * the latest is told.
   */
  changed(view: View): void
  lost(): void
  dissolve(): void
}

export function createCrowd<View>(): Crowd<View> {
  const watchers = new Set<Watcher<View>>()
  let untold: { view: View } | undefined
  let waiting: Watcher<View>[] = []
  let isTelling = false

  async function tellAll(): Promise<void> {
    isTelling = true
    while (untold) {
      const { view } = untold
      untold = undefined
      const began = performance.now()
      await tellInTurns(view)
      await rest(Math.min((performance.now() - began) * restFactor, longestRestMs))
    }
    isTelling = false
  }

  async function tellInTurns(view: View): Promise<void> {
    waiting = [...watchers]
    while (waiting.length > 0) {
      for (const watcher of waiting.splice(0, toldAtOnce)) if (watchers.has(watcher)) watcher.changed(view)
      await othersTurn()
    }
  }

  function forgetChanges(): void {
    untold = undefined
    waiting = []
  }

  return {
    get size() {
      return watchers.size
    },
    join(watcher) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    changed(view) {
      untold = { view }
      if (!isTelling) void tellAll()
    },
    lost() {
      forgetChanges()
      for (const watcher of [...watchers]) watcher.lost()
    },
    dissolve() {
      forgetChanges()
      watchers.clear()
    },
  }
}

/** Until what was told is written and requests that waited have been looked at. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref())
}
