import { type Streamed, streamHeaders, writeStream } from './event-stream'
import type { RequestContext } from './request-context'

/**
 * An event stream as a route answers it. It ends with the process, too.
 *
 * @returns null when the caller's address holds as many streams as it may
 */
export function streamAnswers<View>(
  streamed: Streamed<View>,
  { method, signal, stopping, backlog, openStream }: StreamContext,
): Response | null {
  if (method === 'HEAD') return new Response(null, { headers: streamHeaders })
  if (!openStream()) return null
  let end = () => {}
  let isCancelled = false
  const endings = [signal, stopping]
  const finish = () => end()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (endings.some(({ aborted }) => aborted)) return controller.close()
      for (const ending of endings) ending.addEventListener('abort', finish)
      end = writeStream(streamed, {
        write: (bytes) => controller.enqueue(bytes),
        backlog,
        end() {
          for (const ending of endings) ending.removeEventListener('abort', finish)
          if (!isCancelled) controller.close()
        },
      })
    },
    cancel() {
      isCancelled = true
      end()
    },
  })
  return new Response(body, { headers: streamHeaders })
}

type StreamContext = Pick<RequestContext, 'method' | 'signal' | 'stopping' | 'backlog' | 'openStream'>
