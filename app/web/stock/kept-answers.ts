import type { Request, RequestHandler, Response } from 'express'
import { streamHeaders, type StreamSink, writeStream } from '../event-stream'
import { identityOf } from '../identify'
import type { OpenStreams } from '../open-streams'
import type { LiveStock, StockView } from './live-stock'
import { isKnown, type PublicRead, publicRead, publicReadHeaders, smallestEncoded } from './public-read'

export interface KeptAnswersSettings {
  liveStock: Pick<LiveStock, 'read' | 'watch'>
  streams: OpenStreams
  /** Aborted when the process is stopping. */
  stopping: AbortSignal
  /** @returns whether the request may be answered; otherwise it has been */
  mayRead: (request: Request, response: Response) => Promise<boolean>
}

/**
 * Answers what a rush consists of: `GET /api/inventory`, its stream, and either of one city, without session or token.
 * It sends bytes that are kept for each version of the public stock. Anything else goes on to the routes, which send
 * the same bytes.
 */
export function keptAnswers({ liveStock, streams, stopping, mayRead }: KeptAnswersSettings): RequestHandler {
  const endings = new Set<() => void>()
  stopping.addEventListener('abort', () => {
    for (const end of [...endings]) end()
  })
  return (request, response, next) => {
    const asked = askedOf(request)
    const identity = identityOf(response)
    if (!asked || identity.authentication.sessionToken !== undefined) return next()
    const { cityId } = asked
    const pick = (view: StockView) => (cityId === undefined ? view.all : view.answer(cityId))
    const answer = async () => {
      if (!(await mayRead(request, response))) return
      const view = await liveStock.read().catch(() => null)
      const kept = view && pick(view)
      if (!kept) return next()
      if (!asked.isStream) {
        identity.route = 'routes/api/inventory'
        return write(publicRead(kept), request, response)
      }
      if (stopping.aborted || !streams.take(request.ip, response)) return next()
      identity.route = 'routes/api/inventory-stream'
      response.set(streamHeaders).flushHeaders()
      const end = writeStream({ feed: liveStock, pick }, sinkOf(response))
      endings.add(end)
      response.on('close', () => {
        endings.delete(end)
        end()
      })
    }
    answer().catch(next)
  }
}

const plain = /^\/api\/inventory(\/stream)?(?:\?cityId=([A-Za-z0-9._~-]{1,255}))?$/

function askedOf({ method, originalUrl, headers }: Request): { isStream: boolean; cityId?: string } | null {
  const [match, stream, cityId] = plain.exec(originalUrl) ?? []
  const isStream = stream !== undefined
  if (match === undefined || headers.authorization !== undefined) return null
  return method === 'GET' || (method === 'HEAD' && !isStream) ? { isStream, cityId } : null
}

function sinkOf(response: Response): StreamSink {
  return {
    write: (bytes) => void response.write(bytes),
    backlog: () => response.writableLength,
    end: () => void response.end(),
  }
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
