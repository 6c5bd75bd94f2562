import { type AddressInfo, Server as ConnectionServer } from 'node:net'
import { createServer, type Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Express } from 'express'
import { config } from '@/lib/config'
import { closeDatabase } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { endOnEscapedError } from '@/lib/escaped-errors'
import { log } from '@/lib/log'
import { startQueueSender, stopQueueSender } from '@/lib/queues/send'
import { stopOnSignals } from '@/lib/stop-on-signals'
import type { HttpAppSettings } from './http-app'
import { createFullStockFeed } from './stock/full-stock'
import { createLiveStock, type LiveStock } from './stock/live-stock'
import { liveStockSource } from './stock/live-stock-source'
import { createOpenStreams } from './open-streams'
import { createOperatorServer } from './operator-server'
import { nameHost, toOriginForm } from './origin-form'
import { createRequestLimits, type RequestLimits } from './rate-limits/request-limits'
import { refuseUnreadableRequest } from './unreadable'

/** For so long answers say that their connection ends with them, before connections that look idle are closed. */
const farewellMs = 1_000
/** After this long, connections that are still busy are cut. */
const deadlineMs = 10_000
/** When the process ends in any case. */
const lastResortMs = 20_000

export type ServerParts = Omit<HttpAppSettings, 'build' | 'assets'>

/**
 * Runs the web process: listens, says so (a log line, and an IPC message if a parent asked for one), and
 * stops on SIGTERM, SIGINT or the parent's end: no new connections, event streams ended, kept connections taken leave of,
 * answers in hand finished, then the queue's sender and the pool closed. Starts, and lives on, while the database is away.
 */
export async function runServer(
  createApp: (parts: ServerParts) => Express | Promise<Express>,
): Promise<void> {
  endOnEscapedError()
  const settings = config()
  const stopping = new AbortController()
  const liveStock = createLiveStock(liveStockSource)
  let port = settings.port

  // With port 0 the system chooses the port, so the address is known only once it listens.
  const publicUrl = () => settings.publicUrl.replace(/:0$/, `:${port}`)
  const limits = await createRequestLimits(settings)
  const app = await createApp({
    liveStock,
    fullStock: createFullStockFeed(liveStock),
    limits,
    streams: createOpenStreams(settings.streamsPerAddress),
    corsOrigins: settings.corsOrigins,
    stopping: stopping.signal,
    trustProxy: settings.trustProxy,
    security: { mode: settings.mode, paymentOrigins: paymentOrigins(settings.stripe.apiBase) },
    publicUrl,
  })
  const server = createServer(serverLimits, (request, response) => {
    toOriginForm(request)
    nameHost(request, publicUrl)
    if (stopping.signal.aborted) response.setHeader('Connection', 'close')
    app(request, response)
  })
  server.keepAliveTimeout = 65_000
  // A client that takes nothing of its answer for this long counts as gone. Event streams are never silent for so long.
  server.timeout = 75_000
  server.on('clientError', refuseUnreadableRequest)
  port = await listen(server, settings.port, settings.listenHost).catch(endWithoutPort)
  const operator =
    settings.operatorPort === undefined ? undefined : await listenToOperator(settings.operatorPort)
  stopOnSignals({
    name: 'web',
    stop: () => stop({ server, stopping, liveStock, limits, operator }),
    lastResortMs,
    leaving: 'connections that do not close',
  })
  startSenderWhenPossible(stopping.signal)
  log().info({ port }, 'web is listening')
  process.send?.({ type: 'ready', port })
}

/** Bounds on how slowly a request may arrive; answers such as event streams may take longer. */
const serverLimits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 }

function paymentOrigins(apiBase: string | undefined): string[] {
  return ['https://checkout.stripe.com', ...(apiBase ? [new URL(apiBase).origin] : [])]
}

/** Whoever starts the process may try again: another one may be about to leave the port. */
function endWithoutPort(error: unknown): never {
  log().fatal({ code: 'cannot_listen', detail: errorText(error) }, 'PORT at LISTEN_HOST cannot be had')
  process.exit(1)
}

/** No purchase depends on the figures, so the shop is open without them, too. */
async function listenToOperator(wanted: number): Promise<Server | undefined> {
  const server = createOperatorServer()
  try {
    const port = await listen(server, wanted, '127.0.0.1')
    log().info({ port }, 'figures are served to this machine')
    return server
  } catch (error) {
    log().warn(
      { code: 'operator_port', detail: errorText(error) },
      'OPERATOR_PORT cannot be had: no figures for this machine',
    )
    return undefined
  }
}

function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.removeListener('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

async function stop(parts: {
  server: Server
  stopping: AbortController
  liveStock: LiveStock
  limits: RequestLimits
  operator: Server | undefined
}): Promise<void> {
  const { server, stopping, liveStock, limits, operator } = parts
  log().info('web is stopping')
  const closed = closeToNewConnections(server)
  stopping.abort()
  await Promise.race([closed, pause(farewellMs, undefined, { ref: false })])
  const sweep = setInterval(() => server.closeIdleConnections(), 100)
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
  operator?.close()
  operator?.closeAllConnections()
  limits.close()
  await liveStock.close()
  await stopQueueSender()
  await closeDatabase()
  log().info('web has stopped')
}

/**
 * HTTP's own `close` also closes, at once, connections that look idle. A proxy's next request may be on its way on one of
 * them: it would be lost, and a proxy sends no order again.
 *
 * @returns when the last connection has ended
 */
function closeToNewConnections(server: Server): Promise<void> {
  return new Promise((resolve) => ConnectionServer.prototype.close.call(server, () => resolve()))
}

/** The database may be away when the process starts; readiness tells until the sender is there. */
function startSenderWhenPossible(stopping: AbortSignal): void {
  const attempt = () => {
    if (stopping.aborted) return
    startQueueSender().catch((error: unknown) => {
      log().warn({ code: 'queue_unavailable', detail: errorText(error) }, 'queue not reached')
      setTimeout(attempt, 1_000).unref()
    })
  }
  attempt()
}
