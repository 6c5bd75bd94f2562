import { setTimeout as delay } from 'node:timers/promises'
import { say } from './output'

/** Waits until the web process says that it is ready; after a minute it says so and goes on. */
export async function waitForWeb(port: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    signal.throwIfAborted()
    if (await isReady(port)) return
    await delay(100)
  }
  say('The web process is not ready yet; its log lines above say why.')
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
