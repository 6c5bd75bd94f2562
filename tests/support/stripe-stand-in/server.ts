import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { handleApi, type Api } from './api/handle'
import type { StripeStandInControl } from './control/control'
import { CONTROL_PATH, handleControl } from './control/http'
import { readBody, send } from './http-exchange'
import { handlePage } from './pages/handle'

export interface ServerParts {
  api: Api
  control: StripeStandInControl
  changed: () => void
  log: (line: string) => void
}

export interface RunningServer {
  port: number
  close: () => Promise<void>
}

/** Listens on the loopback address. */
export async function listen(port: number, parts: ServerParts): Promise<RunningServer> {
  const server = http.createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      parts.log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`)
      const body = { error: { type: 'api_error', message: 'The stand-in failed; see its log.' } }
      if (response.headersSent) response.destroy()
      else send(response, 500, JSON.stringify(body), { 'content-type': 'application/json' })
    })
  })
  // Longer than any client keeps a connection, so that no call meets one that was just closed.
  server.keepAliveTimeout = 120_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const close = () =>
    new Promise<void>((resolve) => {
      // The only error there is says that the server was closed before, which is what was asked for.
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { port: (server.address() as AddressInfo).port, close }
}

async function handle(
  { api, control, changed }: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const body = await readBody(request)
  api.world.tick()
  if (url.pathname.startsWith(CONTROL_PATH)) await handleControl(control, request, response, url, body)
  else if (url.pathname === '/' || url.pathname.startsWith('/c/')) {
    handlePage(api.world, request, response, url, body)
  } else await handleApi(api, request, response, url, body)
  if (request.method !== 'GET') changed()
}
