import { randomBytes, randomUUID } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import { authenticateSession, findSession } from '@/lib/accounts/sessions'
import { log } from '@/lib/log'
import { asksByItself } from './asks-by-itself'
import { type Authentication, authenticationOf } from './authentication'
import { believeProxies } from './believe-proxies'
import { countRequest } from './metrics'
import { apiHeaders, pageHeaders, type SecuritySettings } from './security-headers'

/** What belongs to one request from its first moment on. */
export interface Identity {
  requestId: string
  /** Empty where no page can be the answer. */
  cspNonce: string
  authentication: Authentication
  /** Which route answers, for the figures. */
  route: string
  /** Whether it has been counted against its caller's limit. */
  isCounted: boolean
  /** How long its caller must wait; null: not at all. */
  secondsToWait: number | null
}

/** What `identify` gave the request of this answer. @throws if the request did not pass `identify` */
export function identityOf(response: Response): Identity {
  const { identity } = response.locals as { identity?: Identity }
  if (!identity) throw new Error('This response was not identified')
  return identity
}

/** Gives every request its id and its security headers, and counts it when it is answered. */
export function identify(security: SecuritySettings): RequestHandler {
  const forApi = Object.entries(apiHeaders(security))
  const believe = believeProxies(security.mode)
  return (request, response, next) => {
    const { method, originalUrl: path, headers } = request
    const isApi = isPlainApiPath(request.path)
    const identity: Identity = {
      requestId: randomUUID(),
      cspNonce: isApi ? '' : randomBytes(16).toString('base64'),
      authentication: authenticationOf(headers, (token) =>
        asksByItself({ method, path, headers }) ? findSession(token) : authenticateSession(token),
      ),
      route: 'other',
      isCounted: false,
      secondsToWait: null,
    }
    response.locals.identity = identity
    response.setHeader('X-Request-Id', identity.requestId)
    const secured = isApi ? forApi : Object.entries(pageHeaders(security, identity.cspNonce))
    for (const [name, value] of secured) response.setHeader(name, value)
    believe(request)
    const start = performance.now()
    response.on('finish', () => {
      const ms = performance.now() - start
      const { requestId, route } = identity
      const { statusCode: status } = response
      countRequest({ method, route, status, seconds: ms / 1_000 })
      // Asked first: most often there is no listener, and this runs for every request.
      if (log().isLevelEnabled('debug'))
        log().debug({ requestId, method, path: request.path, status, ms: Math.round(ms) }, 'request')
    })
    next()
  }
}

/** Endpoints that never answer with a page. */
function isPlainApiPath(path: string): boolean {
  return path.startsWith('/api/') && !path.startsWith('/api/docs')
}
