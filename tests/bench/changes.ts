import { ourHold } from './hold'
import { wallClock } from './load/plan'

export interface Changes {
  /** When each was committed, in milliseconds since 1970, in that order. */
  committedAt: number[]
  stop: () => Promise<void>
}

/** Takes a seat so many times a second, in turn of these cities. */
export function startChanges(cities: readonly string[], perSecond: number): Changes {
  const committedAt: number[] = []
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  let next = 0
  const change = async () => {
    await ourHold(cities[next++ % cities.length] ?? '')
    committedAt.push(wallClock())
  }
  const timer = setInterval(() => {
    const one: Promise<void> = change()
      .catch((error: unknown) => void failures.push(error))
      .then(() => void running.delete(one))
    running.add(one)
  }, 1000 / perSecond)
  return {
    committedAt,
    async stop() {
      clearInterval(timer)
      await Promise.all(running)
      if (failures.length > 0) throw new Error('A change failed', { cause: failures[0] })
    },
  }
}
