import type { RequestHandler } from 'express'
import { catalog } from '@/app/api/catalog'

/**
 * Lets pages of the listed other sites read the public endpoints, without cookies or tokens. Everything else stays
 * closed to other sites: browsers keep the answers from them.
 */
export function allowOtherOrigins(origins: readonly string[]): RequestHandler {
  const listed = new Set(origins)
  return (request, response, next) => {
    const { origin } = request.headers
    if (origin === undefined || !listed.has(origin) || !isPublicRead(request.path)) return next()
    response.vary('Origin')
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', 'ETag, Retry-After, X-Request-Id')
    if (request.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD')
      response.setHeader('Access-Control-Allow-Headers', 'If-None-Match')
      response.setHeader('Access-Control-Max-Age', '600')
    }
    next()
  }
}

const publicPaths = catalog
  .filter(({ isPublicRead }) => isPublicRead)
  .map(({ path }) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`))

function isPublicRead(path: string): boolean {
  return publicPaths.some((pattern) => pattern.test(path))
}
