import { setTimeout as delay } from 'node:timers/promises'

/** Looks again and again until there is something, at most so long. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`Nothing came within ${timeoutMs} ms`)
    await delay(20)
  }
}
