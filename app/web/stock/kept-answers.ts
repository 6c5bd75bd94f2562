import type { Request, RequestHandler, Response } from 'express'
import { identityOf } from '../identify'
import type { LiveStock } from './live-stock'
import { isKnown, type PublicRead, publicRead, publicReadHeaders, smallestEncoded } from './public-read'

export interface KeptAnswersSettings {
  liveStock: Pick<LiveStock, 'read'>
  /** @returns whether the request may be answered; otherwise it has been */
  mayRead: (request: Request, response: Response) => Promise<boolean>
}

/**
 * Answers the reads that a rush consists of: `GET /api/inventory` and `?cityId=` without session or token. It sends
 * bytes that are kept for each version of the public stock. Anything else goes on to the route, which sends the same
 * bytes.
 */
export function keptAnswers({ liveStock, mayRead }: KeptAnswersSettings): RequestHandler {
  return (request, response, next) => {
    const asked = askedOf(request)
    if (!asked || identityOf(response).authentication.sessionToken !== undefined) return next()
    const answer = async () => {
      if (!(await mayRead(request, response))) return
      const view = await liveStock.read().catch(() => null)
      const kept = view && (asked.cityId === undefined ? view.all : view.answer(asked.cityId))
      if (!kept) return next()
      identityOf(response).route = 'routes/api/inventory'
      write(publicRead(kept), request, response)
    }
    answer().catch(next)
  }
}

const plain = /^\/api\/inventory(?:\?cityId=([A-Za-z0-9._~-]{1,255}))?$/

function askedOf({ method, originalUrl, headers }: Request): { cityId?: string } | null {
  if (method !== 'GET' && method !== 'HEAD') return null
  const match = plain.exec(originalUrl)
  if (!match || headers.authorization !== undefined) return null
  return { cityId: match[1] }
}

function write(read: PublicRead, request: Request, response: Response): void {
  response.setHeader('Content-Type', publicReadHeaders['Content-Type'])
  response.setHeader('Cache-Control', publicReadHeaders['Cache-Control'])
  response.setHeader('Vary', publicReadHeaders.Vary)
  response.setHeader('ETag', read.etag)
  if (isKnown(read.etag, request.headers['if-none-match'])) {
    response.removeHeader('Content-Type')
    response.statusCode = 304
    response.end()
    return
  }
  const encoding = encodingFor(read, request)
  if (encoding) response.setHeader('Content-Encoding', encoding)
  const bytes = encoding ? read.encoded(encoding) : read.identity
  response.setHeader('Content-Length', bytes.length)
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function encodingFor({ identity }: PublicRead, request: Request): 'br' | 'gzip' | null {
  if (request.headers['accept-encoding'] === undefined || identity.length < smallestEncoded) return null
  const accepted = request.acceptsEncodings(['br', 'gzip', 'identity'])
  return accepted === 'br' || accepted === 'gzip' ? accepted : null
}
