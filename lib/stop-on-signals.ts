import { log } from './log'

/** A second signal within this time is an echo: a terminal's Ctrl-C reaches us directly and by our parent. */
const echoMs = 1_000

export interface Stopping {
  /** How the process is called in its log. */
  name: 'web' | 'worker'
  /** Called once. The process ends when it is through, with 1 where it fails. */
  stop: () => Promise<void>
  /**
   * After this long the process ends whatever still holds it, such as a database that does not answer: before a host
   * kills it, which says nothing in the log.
   */
  lastResortMs: number
  /** What is then left as it is, for the log. */
  leaving: string
}

/**
 * Stops the process on SIGTERM, SIGINT or the parent's end. A second signal, more than a second later, ends it with 1
 * at once.
 *
 * @returns aborted once the process is stopping
 */
export function stopOnSignals({ name, stop, lastResortMs, leaving }: Stopping): AbortSignal {
  const stopping = new AbortController()
  let since = 0
  const endAtLast = () => {
    log().error({ code: 'stop_took_too_long' }, `${name} ends with ${leaving}`)
    process.exit(1)
  }
  const onSignal = () => {
    if (stopping.signal.aborted) {
      if (Date.now() - since > echoMs) process.exit(1)
      return
    }
    since = Date.now()
    stopping.abort()
    setTimeout(endAtLast, lastResortMs).unref()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log().error({ err: error }, `${name} did not stop cleanly`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  // Only a process that was forked has a parent to lose.
  if (process.connected) process.on('disconnect', onSignal)
  return stopping.signal
}
