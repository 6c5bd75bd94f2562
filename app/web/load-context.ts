import type { AppLoadContext } from '@remix-run/node'
import type { Request, Response } from 'express'
import { networkOf } from '@/lib/network-of'
import type { FullStockFeed } from './stock/full-stock'
import { identityOf } from './identify'
import type { LiveStock } from './stock/live-stock'
import { countLimited, countStream } from './metrics'
import type { RequestLimits } from './rate-limits/request-limits'

/** What all requests of a process share. */
export interface ProcessParts {
  liveStock: LiveStock
  fullStock: FullStockFeed
  limits: RequestLimits
  publicUrl: () => string
  streamsPerAddress: number
  /** Aborted when the process is stopping. */
  stopping: AbortSignal
}

/** Makes what loaders and actions get as `context`. */
export function loadContexts(parts: ProcessParts): (request: Request, response: Response) => AppLoadContext {
  const streams = new Map<string, number>()
  return (request, response) => {
    const identity = identityOf(response)
    const { requestId, cspNonce, authentication, secondsToWait } = identity
    const address = request.ip ?? null
    return {
      requestId,
      cspNonce,
      authentication,
      secondsToWait,
      signal: endOf(response, parts.stopping),
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
      openStream: () => openStream(streams, networkOf(address ?? ''), parts.streamsPerAddress, response),
      backlog: () => response.writableLength,
      hasGone: () => response.closed,
      handledBy: (routeId) => (identity.route = routeId),
    }
  }
}

/**
 * A signal for the end of the answer, from whichever side it comes. By hand, since AbortSignal.any keeps every signal
 * alive that it was given.
 */
function endOf(response: Response, stopping: AbortSignal): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort()
  stopping.addEventListener('abort', abort)
  response.on('close', () => {
    stopping.removeEventListener('abort', abort)
    abort()
  })
  if (stopping.aborted) abort()
  return controller.signal
}

function openStream(
  streams: Map<string, number>,
  network: string,
  most: number,
  response: Response,
): boolean {
  const open = streams.get(network) ?? 0
  if (open >= most || response.closed) return false
  streams.set(network, open + 1)
  countStream(1)
  response.on('close', () => {
    countStream(-1)
    const left = (streams.get(network) ?? 1) - 1
    if (left > 0) streams.set(network, left)
    else streams.delete(network)
  })
  return true
}
