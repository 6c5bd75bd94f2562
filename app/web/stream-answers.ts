import { type Streamed, streamHeaders, writeStream } from './event-stream'
import type { RequestContext } from './request-context'

/**
 * An event stream as a route answers it.
 *
 * @returns null when the caller's address holds as many streams as it may
 */
export function streamAnswers<View>(
  streamed: Streamed<View>,
  { method, signal, backlog, openStream }: StreamContext,
): Response | null {
  if (method === 'HEAD') return new Response(null, { headers: streamHeaders })
  if (!openStream()) return null
  let end = () => {}
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (signal.aborted) return controller.close()
      end = writeStream(streamed, {
        write: (bytes) => controller.enqueue(bytes),
        backlog,
        end() {
          signal.removeEventListener('abort', end)
          if (!isCancelled) controller.close()
        },
      })
      signal.addEventListener('abort', end)
    },
    cancel() {
      isCancelled = true
      end()
    },
  })
  return new Response(body, { headers: streamHeaders })
}

type StreamContext = Pick<RequestContext, 'method' | 'signal' | 'backlog' | 'openStream'>
