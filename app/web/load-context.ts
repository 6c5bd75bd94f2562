import type { AppLoadContext } from '@remix-run/node'
import type { Request, Response } from 'express'
import type { FullStockFeed } from './stock/full-stock'
import { identityOf } from './identify'
import type { LiveStock } from './stock/live-stock'
import { countLimited } from './metrics'
import type { OpenStreams } from './open-streams'
import type { RequestLimits } from './rate-limits/request-limits'

/** What all requests of a process share. */
export interface ProcessParts {
  liveStock: LiveStock
  fullStock: FullStockFeed
  limits: RequestLimits
  publicUrl: () => string
  streams: OpenStreams
  /** Aborted when the process is stopping. */
  stopping: AbortSignal
}

/** Makes what loaders and actions get as `context`. */
export function loadContexts(parts: ProcessParts): (request: Request, response: Response) => AppLoadContext {
  return (request, response) => {
    const identity = identityOf(response)
    const { requestId, cspNonce, authentication, secondsToWait } = identity
    const address = request.ip ?? null
    return {
      requestId,
      cspNonce,
      authentication,
      secondsToWait,
      signal: endOf(response),
      stopping: parts.stopping,
      method: request.method,
      path: request.originalUrl,
      address,
      userAgent: request.headers['user-agent'] ?? '',
      publicUrl: parts.publicUrl(),
      count: async (name) => {
        const wait = await parts.limits.count(name, { address })
        if (wait !== null) countLimited(name)
        return wait
      },
      liveStock: parts.liveStock,
      fullStock: parts.fullStock,
      openStream: () => parts.streams.take(request.ip, response),
      backlog: () => response.writableLength,
      handledBy: (routeId) => (identity.route = routeId),
    }
  }
}

function endOf(response: Response): AbortSignal {
  const controller = new AbortController()
  if (response.closed) controller.abort()
  else response.on('close', () => controller.abort())
  return controller.signal
}
