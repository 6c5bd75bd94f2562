import type { Feed } from './stock/feed'
import type { SentAnswer } from './stock/sent-answer'

/** How soon an address that has all its streams may ask for another, in seconds. */
export const streamWait = 10

export const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Proxies of the nginx kind gather answers unless told not to.
  'X-Accel-Buffering': 'no',
}

/** Browsers come back this long after a stream broke: a crowd that lost the same server not in the same moment. */
const soonestRetryMs = 1_000
const latestRetryMs = 4_000
/**
 * How often a stream sends a beat. A page takes a connection for dead after two of these and a bit more
 * (`stock-connection.ts`).
 */
const heartbeatMs = 15_000
/** A client that reads slower than this is cut off; it reconnects and starts from the full state. */
const maxBacklogBytes = 1_000_000

export interface Streamed<View> {
  feed: Feed<View>
  pick: (view: View) => SentAnswer | undefined
  /** Asked at every heartbeat; false ends the stream. */
  mayGoOn?: () => Promise<boolean>
}

/** Where a stream is written to. */
export interface StreamSink {
  write(bytes: Uint8Array): void
  /** Bytes that the client has not taken yet. */
  backlog(): number
  end(): void
}

/**
 * Server-sent events: the full answer first, then one event for each change of it. Ends when the answer no longer
 * exists, the numbers can no longer be kept up to date, the caller may no longer see them, or the client takes nothing.
 *
 * @returns ends it: to be called when the client has gone or the process stops
 */
export function writeStream<View>({ feed, pick, mayGoOn }: Streamed<View>, sink: StreamSink): () => void {
  let isOpen = true
  let sentId: string | undefined
  let unwatch = () => {}
  const end = () => {
    if (!isOpen) return
    isOpen = false
    clearInterval(heartbeat)
    unwatch()
    sink.end()
  }
  const write = (bytes: Uint8Array) => {
    if (!isOpen) return
    if (sink.backlog() > maxBacklogBytes) return end()
    sink.write(bytes)
  }
  const changed = (view: View) => {
    const answer = pick(view)
    if (!answer) return end()
    if (answer.id === sentId) return
    sentId = answer.id
    write(eventOf(answer))
  }
  const heartbeat = setInterval(() => {
    write(beat)
    mayGoOn?.().then((may) => may || end(), end)
  }, heartbeatMs)
  write(howToComeBack())
  unwatch = feed.watch({ changed, lost: end })
  if (!isOpen) unwatch()
  return end
}

const encoder = new TextEncoder()

/** A named event, not a comment: browsers hide comments from scripts. Only scripts that listen for its name get it. */
const beat = encoder.encode('event: beat\ndata: {}\n\n')

function howToComeBack(): Uint8Array {
  const ms = soonestRetryMs + Math.random() * (latestRetryMs - soonestRetryMs)
  return encoder.encode(`retry: ${Math.round(ms)}\n\n`)
}

const events = new WeakMap<SentAnswer, Uint8Array>()

/** One event in the wire format, the same bytes for all who are told it. JSON has no line breaks of its own. */
function eventOf(answer: SentAnswer): Uint8Array {
  const bytes = events.get(answer) ?? encoder.encode(`id: ${answer.id}\ndata: ${answer.json}\n\n`)
  events.set(answer, bytes)
  return bytes
}
