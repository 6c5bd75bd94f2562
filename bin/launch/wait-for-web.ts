import { setTimeout as delay } from 'node:timers/promises'
import { say } from './output'

/**
 * Waits until the web process says that it is ready; after a minute it says so and goes on.
 *
 * @param webUrl its origin, as this machine reaches it
 */
export async function waitForWeb(webUrl: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    signal.throwIfAborted()
    if (await isReady(webUrl)) return
    await delay(100)
  }
  say('The web process is not ready yet; its log lines above say why.')
}

async function isReady(webUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${webUrl}/readyz`, { signal: AbortSignal.timeout(5_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
