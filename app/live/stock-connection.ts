/** The part of EventSource that we use; a test gives its own. */
export type EventConnection = Pick<EventSource, 'readyState' | 'onmessage' | 'onerror' | 'close'> & {
  addEventListener(type: 'beat', heard: () => void): void
}

export interface StockConnectionOptions {
  open(): EventConnection
  /** A new answer, as JSON text. */
  onAnswer(json: string): void
  /** True as soon as numbers come in, false as soon as they may be old. */
  onLive(isLive: boolean): void
}

const closed = 2
const firstRetryMs = 1_000
const longestRetryMs = 15_000
/** The server is heard every 15 s at least (`event-stream.ts`). */
const longestSilenceMs = 40_000

/**
 * Keeps one event stream open. It does two things that the browser does not:
 * - If the server answers with an error (503 while the database is away), the browser gives up. Then this tries again,
 *   ever more slowly.
 * - If a connection has died without a word, as when a router forgets it, the browser does not notice. A connection
 *   that is silent for long is replaced.
 */
export function connectToStock(options: StockConnectionOptions): { restart(): void; close(): void } {
  let connection: EventConnection | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined
  let retryMs = firstRetryMs

  function open(): void {
    const current = options.open()
    connection = current
    heard()
    current.addEventListener('beat', heard)
    current.onmessage = ({ data }: MessageEvent<string>) => {
      heard()
      retryMs = firstRetryMs
      options.onLive(true)
      options.onAnswer(data)
    }
    current.onerror = () => {
      options.onLive(false)
      // The browser connects again by itself. The new connection may be just as silent.
      if (current.readyState !== closed) return heard()
      clearTimeout(silence)
      // A crowd that lost the same server must not come back in the same moment.
      retry = setTimeout(restart, retryMs * (0.5 + Math.random() / 2))
      retryMs = Math.min(retryMs * 2, longestRetryMs)
    }
  }

  function heard(): void {
    clearTimeout(silence)
    silence = setTimeout(() => {
      options.onLive(false)
      restart()
    }, longestSilenceMs)
  }

  function close(): void {
    clearTimeout(retry)
    clearTimeout(silence)
    connection?.close()
  }

  function restart(): void {
    close()
    open()
  }

  open()
  return { restart, close }
}
