import { readdirSync } from 'node:fs'
import { extname } from 'node:path'
import express, { type RequestHandler } from 'express'

/** What the build adds to the name of a file for its compressed copies; the best encoding first. */
export const copies = { br: '.br', gzip: '.gz' } as const

/**
 * Serves a folder's files to GET and HEAD, and leaves all other requests to who comes next. Where the build has left
 * compressed copies beside a file, whoever takes them gets one: to compress a page's scripts anew for each visitor takes
 * several times as much of the processor as the page does.
 */
export function staticFiles(folder: string, cache: { maxAge: string; immutable?: boolean }): RequestHandler {
  const names = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }))
  const serve = express.static(folder, {
    ...cache,
    index: false,
    redirect: false,
    setHeaders(response, path) {
      const [encoding, ending] = Object.entries(copies).find(([, one]) => path.endsWith(one)) ?? []
      if (encoding) response.setHeader('Content-Encoding', encoding)
      response.type(extname(ending ? path.slice(0, -ending.length) : path))
    },
  })
  return (request, response, next) => {
    const copy = Object.entries(copies).find(
      ([encoding, ending]) => names.has(request.path.slice(1) + ending) && request.acceptsEncodings(encoding),
    )
    if (copy) request.url = request.path + copy[1]
    serve(request, response, next)
  }
}
