import type { RequestHandler } from 'express'

/**
 * Once the answer is out, throws away what was not read of the body. Otherwise the connection's next request waits
 * behind it, perhaps another client's behind the same proxy. Node does so by itself only if no reading has begun, and
 * Remix always begins.
 */
export const discardUnread: RequestHandler = (request, response, next) => {
  response.on('finish', () => {
    request.removeAllListeners('data')
    request.resume()
  })
  next()
}
