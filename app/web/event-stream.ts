import type { RequestContext } from './request-context'
import type { Feed } from './stock/feed'
import type { SentAnswer } from './stock/sent-answer'

/** How soon an address that has all its streams may ask for another, in seconds. */
export const streamWait = 10

/** Browsers come back after this long when a stream breaks. */
const retryMs = 2_000
/**
 * How often a stream sends a beat. A page takes a connection for dead after two of these and a bit more
 * (`stock-connection.ts`).
 */
const heartbeatMs = 15_000
/** A named event, not a comment: browsers hide comments from scripts. Only scripts that listen for its name get it. */
const heartbeatEvent = 'event: beat\ndata: {}\n\n'
/** A client that reads slower than this is cut off; it reconnects and starts from the full state. */
const maxBacklogBytes = 1_000_000

export interface Streamed<View> {
  feed: Feed<View>
  pick: (view: View) => SentAnswer | undefined
  /** Asked at every heartbeat; false ends the stream. */
  mayGoOn?: () => Promise<boolean>
}

/**
 * Server-sent events: the full answer first, then one event for each change of it. Ends when the client has
 * gone, the process stops, the answer no longer exists, the numbers can no longer be kept up to date, or the
 * caller may no longer see them.
 *
 * @returns null when the caller's address holds as many streams as it may
 */
export function streamAnswers<View>(
  { feed, pick, mayGoOn }: Streamed<View>,
  { method, signal, backlog, openStream }: StreamContext,
): Response | null {
  if (method === 'HEAD') return new Response(null, { headers: streamHeaders })
  if (!openStream()) return null
  const encoder = new TextEncoder()
  const cleanups: (() => void)[] = []
  const cleanUp = () => {
    for (const clean of cleanups.splice(0)) clean()
  }

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let isOpen = true
      let sentId: string | undefined
      const end = () => {
        if (!isOpen) return
        isOpen = false
        cleanUp()
        controller.close()
      }
      const write = (text: string) => {
        if (!isOpen) return
        if (backlog() > maxBacklogBytes) return end()
        controller.enqueue(encoder.encode(text))
      }
      const send = (view: View) => {
        const answer = pick(view)
        if (!answer) return end()
        if (answer.id === sentId) return
        sentId = answer.id
        write(formatEvent(answer))
      }

      if (signal.aborted) return end()
      signal.addEventListener('abort', end)
      const heartbeat = setInterval(() => {
        write(heartbeatEvent)
        mayGoOn?.().then((may) => may || end(), end)
      }, heartbeatMs)
      write(`retry: ${retryMs}\n\n`)
      cleanups.push(() => signal.removeEventListener('abort', end))
      cleanups.push(() => clearInterval(heartbeat))
      const unwatch = feed.watch({ changed: send, lost: end })
      if (isOpen) cleanups.push(unwatch)
      else unwatch()
    },
    cancel: cleanUp,
  })

  return new Response(body, { headers: streamHeaders })
}

type StreamContext = Pick<RequestContext, 'method' | 'signal' | 'backlog' | 'openStream'>

const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Proxies of the nginx kind gather answers unless told not to.
  'X-Accel-Buffering': 'no',
}

/** One event in the wire format; JSON has no line breaks of its own. */
function formatEvent({ id, json }: SentAnswer): string {
  return `id: ${id}\ndata: ${json}\n\n`
}
