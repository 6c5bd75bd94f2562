import { isPortFree } from '@/db/embedded-port'

/**
 * A free TCP port for a process that a test ends and starts again on it. Below those that systems hand out: meanwhile
 * no connection of a neighbour gets it.
 */
export async function portToComeBackTo(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = first + Math.floor(Math.random() * count)
    if (!given.has(port) && (await isPortFree(port))) {
      given.add(port)
      return port
    }
  }
  throw new Error(`No free TCP port from ${first} on`)
}

/** Linux hands out ports from 32,768 on, others from higher ones. */
const first = 20_000
const count = 12_000

const given = new Set<number>()
