import { setTimeout as pause } from 'node:timers/promises'
import type { RequestContext } from './request-context'

/** With so much of it not taken yet, an answer has no need of more. */
const enoughBytes = 64 * 1024
/** How soon it is looked again whether the client has taken some of that. */
const lookAgainMs = 20

/**
 * A download that is read from its source only as fast as the client takes it, whatever its length. Remix writes all that
 * it can read, also for a client who takes nothing of it or has gone, so the source is held back here.
 *
 * @param pieces made of whole lines; no longer read once the client has gone
 */
export function csvAnswer(
  { backlog, signal }: Pick<RequestContext, 'backlog' | 'signal'>,
  fileName: string,
  pieces: AsyncGenerator<string>,
): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (backlog() > enoughBytes && !signal.aborted) await pause(lookAgainMs)
      if (signal.aborted) await pieces.return(undefined)
      const next = await pieces.next()
      if (next.done) controller.close()
      else controller.enqueue(encoder.encode(next.value))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${fileName}"`,
      'Cache-Control': 'private, no-store',
    },
  })
}
