import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { AppLoadContext, EntryContext, HandleErrorFunction } from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import { renderToPipeableStream } from 'react-dom/server'
import { config } from '@/lib/config'
import { log } from '@/lib/log'
import { RenderContextProvider } from './components/render-context'
import { pageOptions } from './web/page-options'

/** How long loaders may take to stream; nothing of ours comes near it. */
export const streamTimeout = 5_000

/** Renders a page and answers with the whole of it: nothing of ours streams, and each piece would be compressed by itself. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  entryContext: EntryContext,
  { cspNonce, requestId, signal }: AppLoadContext,
): Promise<Response> {
  // Remix has answered 405 by now, and made an error page of it.
  if (request.method === 'OPTIONS') {
    return Promise.resolve(pageOptions(entryContext.manifest.routes, new URL(request.url).pathname))
  }
  return new Promise((resolve, reject) => {
    let hasShell = false
    const supportEmail = config().supportEmail ?? null
    const page = (
      <RenderContextProvider.Provider value={{ nonce: cspNonce, requestId, supportEmail }}>
        <RemixServer context={entryContext} url={request.url} nonce={cspNonce} />
      </RenderContextProvider.Provider>
    )
    const { pipe, abort } = renderToPipeableStream(page, {
      nonce: cspNonce,
      onShellReady: () => (hasShell = true),
      onShellError: reject,
      onAllReady() {
        const body = new PassThrough()
        headers.set('Content-Type', 'text/html; charset=utf-8')
        if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-store')
        buffer(body).then((html) => resolve(new Response(html, { headers, status })), reject)
        pipe(body)
      },
      onError(error: unknown) {
        // Before the shell is ready, Remix hears of the error by onShellError and reports it.
        if (hasShell && !signal.aborted) log().error({ requestId, err: error }, 'page not rendered whole')
      },
    })
    const late = setTimeout(abort, streamTimeout + 1_000).unref()
    // Also once the page has been sent: the timer would keep all that it was made of.
    signal.addEventListener('abort', () => {
      clearTimeout(late)
      abort()
    })
  })
}

/** Errors of rendering and of Remix itself; those of loaders and actions were logged by the route guard. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (request.signal.aborted || context.signal.aborted) return
  const { requestId } = context
  if (isRouteErrorResponse(error)) {
    const { status, statusText } = error
    log().debug({ requestId, status, statusText }, 'request refused')
    return
  }
  log().error({ requestId, err: error }, 'request failed')
}
