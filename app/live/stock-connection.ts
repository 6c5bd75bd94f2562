/** The part of EventSource that we use; a test gives its own. */
export type EventConnection = Pick<EventSource, 'readyState' | 'onmessage' | 'onerror' | 'close'>

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

/**
 * Keeps one event stream open. The browser mends a broken connection by itself, but gives up when the server
 * answers with an error (503 while the database is away); then we try again, ever more slowly.
 */
export function connectToStock(options: StockConnectionOptions): { restart(): void; close(): void } {
  let connection: EventConnection | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let retryMs = firstRetryMs

  function open(): void {
    const current = options.open()
    connection = current
    current.onmessage = ({ data }: MessageEvent<string>) => {
      retryMs = firstRetryMs
      options.onLive(true)
      options.onAnswer(data)
    }
    current.onerror = () => {
      options.onLive(false)
      if (current.readyState !== closed) return
      // A crowd that lost the same server must not come back in the same moment.
      retry = setTimeout(restart, retryMs * (0.5 + Math.random() / 2))
      retryMs = Math.min(retryMs * 2, longestRetryMs)
    }
  }

  function close(): void {
    clearTimeout(retry)
    connection?.close()
  }

  function restart(): void {
    close()
    open()
  }

  open()
  return { restart, close }
}
