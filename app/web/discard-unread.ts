import type { RequestHandler } from 'express'

/**
 * Once the answer is out, throws away what nobody read of the body; otherwise the connection's next request, perhaps
 * another client's behind the same proxy, waits behind it. Node does so by itself only while nobody has begun to
 * read, and Remix always has.
 */
export const discardUnread: RequestHandler = (request, response, next) => {
  response.on('finish', () => {
    request.removeAllListeners('data')
    request.resume()
  })
  next()
}
