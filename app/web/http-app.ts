import { constants } from 'node:zlib'
import { createRequestHandler } from '@remix-run/express'
import type { ServerBuild } from '@remix-run/node'
import compression from 'compression'
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express'
import { log } from '@/lib/log'
import { allowOtherOrigins } from './cors'
import { discardUnread } from './discard-unread'
import { failure } from './envelope'
import { guardRoutes } from './guard-routes'
import { identify, identityOf } from './identify'
import { keptAnswers } from './stock/kept-answers'
import { limitReads, mayPass } from './limit-reads'
import { loadContexts, type ProcessParts } from './load-context'
import { screen } from './screen'
import type { SecuritySettings } from './security-headers'
import { send } from './send'
import { styleSheetOf } from './style-sheet'

export interface HttpAppSettings extends ProcessParts {
  /** The Remix build; a function in development, where it changes. */
  build: ServerBuild | (() => Promise<ServerBuild>)
  /** Serves scripts, styles and fonts. */
  assets: RequestHandler
  security: SecuritySettings
  trustProxy: false | number | string[]
  corsOrigins: readonly string[]
}

/** The Express app: what every request passes before and after Remix. */
export function createHttpApp(settings: HttpAppSettings): Express {
  const { limits, liveStock, streams, stopping, build } = settings
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // Flat parameters are all we read, and the parser of nested ones costs every request.
  app.set('query parser', 'simple')
  app.set('trust proxy', settings.trustProxy)
  app.use(identify(settings.security))
  app.use(discardUnread)
  app.use(allowOtherOrigins(settings.corsOrigins))
  app.use(
    keptAnswers({
      liveStock,
      streams,
      stopping,
      mayRead: (request, response) => mayPass(limits, 'read', { address: request.ip ?? null }, response),
    }),
  )
  app.use(compression({ filter: isCompressible, brotli }))
  app.use(settings.assets)
  app.use(screen)
  app.use(limitReads(limits, async () => styleSheetOf(typeof build === 'function' ? await build() : build)))
  app.all('*', remix(settings))
  app.use(answerError)
  return app
}

/**
 * By itself Brotli looks back over 4 MB, and the memory for that, taken and given back with each answer, makes a page three
 * times as dear (`page_compressed_vs_plain`). No answer has so much; 2^18 bytes are more than most have.
 */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } }

/**
 * Event streams must reach the client event by event. A file is read only as fast as the client takes it, and nobody
 * sees how much of it waits to be compressed.
 */
function isCompressible(request: express.Request, response: Response): boolean {
  const type = String(response.getHeader('Content-Type') ?? '')
  return !/^text\/(event-stream|csv)/.test(type) && compression.filter(request, response)
}

function remix(settings: HttpAppSettings): RequestHandler {
  const { build } = settings
  const handle = createRequestHandler({
    build: typeof build === 'function' ? async () => guardRoutes(await build()) : guardRoutes(build),
    getLoadContext: loadContexts(settings),
  })
  // It hands its errors to `next` itself.
  return (request, response, next) => void handle(request, response, next)
}

/** What got past Remix: requests that the parsers refuse, and faults in this folder. */
const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const identity = identityOf(response)
  // An error after the client has gone comes of its going.
  if (response.closed) {
    log().debug({ requestId: identity.requestId }, 'request abandoned')
    return
  }
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  if (status >= 500) log().error({ requestId: identity.requestId, err: error }, 'request failed')
  if (response.headersSent) return next(error)
  const refusal =
    status >= 400 && status < 500
      ? ({ code: 'malformed', message: 'The request cannot be read.' } as const)
      : ({ code: 'internal', message: 'Something went wrong on our side.' } as const)
  void send(failure(identity, refusal), response).catch(next)
}
