import type { Request, RequestHandler } from 'express'
import type { Failure } from './envelope'
import { failure } from './envelope'
import { identityOf } from './identify'
import { isMethod, methods } from './methods'
import { isTooDeep } from './path-depth'
import { send } from './send'

/** The longest address, in characters; Node itself bounds the line and the headers to 16 KB. */
const longestUrl = 8_192

/** Turns away requests that no honest client sends, and those that Remix would answer with a stack in the log. */
export const screen: RequestHandler = (request, response, next) => {
  const refusal = refusalFor(request)
  if (!refusal) return next()
  void send(failure(identityOf(response), refusal), response).catch(next)
}

function refusalFor(request: Request): Failure | null {
  const { method, originalUrl } = request
  if (!isMethod(method)) {
    return {
      code: 'method_not_allowed',
      message: 'There is no such method here.',
      headers: { Allow: methods.join(', ') },
    }
  }
  if (originalUrl.length > longestUrl) return { code: 'uri_too_long', message: 'The address is too long.' }
  if (!isSameOrigin(request)) return { code: 'forbidden', message: 'This was sent from another site.' }
  // Remix drops headers without a value. Without its key, a request that must not happen twice would run as one that may.
  if (request.headers['idempotency-key'] === '' && !isRead(method)) {
    return { code: 'malformed', message: 'Idempotency-Key is empty.' }
  }
  const address = addressOf(request)
  if (!address) return { code: 'malformed', message: unreadable }
  if (isTooDeep(address.pathname)) return { code: 'not_found', message: 'There is nothing at this address.' }
  const decoded = decode(address.pathname)
  // React Router also makes an address of the decoded path, and throws if there is none.
  if (decoded === null || !URL.canParse(decoded, address)) return { code: 'malformed', message: unreadable }
  // A protocol of older Remix versions. Nothing of ours uses it.
  if (address.searchParams.has('_data'))
    return { code: 'malformed', message: 'The parameter _data is not known.' }
  // Remix offers each route's data under this name, but would wait for an event stream to end.
  if (isNoPage.test(decoded) && address.pathname.endsWith('.data')) {
    return { code: 'not_found', message: 'There is no such endpoint.' }
  }
  return null
}

const isNoPage = /^\/(api|metrics|healthz|readyz|admin\/stock-stream)\b/i

const unreadable = 'The address, or what the headers Host and X-Forwarded-* say of it, cannot be read.'

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** Browsers send `Origin` with every form and script of another site; other clients send none. */
function isSameOrigin({ method, headers }: Request): boolean {
  if (isRead(method)) return true
  if (headers['sec-fetch-site'] === 'cross-site') return false
  if (headers.origin === undefined) return true
  const host = headers['x-forwarded-host']?.toString().split(',')[0]?.trim() ?? headers.host
  return URL.canParse(headers.origin) && new URL(headers.origin).host === host
}

/**
 * The address that Remix's adapter makes of the headers and the target (`createRemixRequest` in `@remix-run/express`
 * 2), which throws where there is none. Its path is what Remix answers, and not always what was written: `/x/../api` is
 * `/api`. A host with a path of its own is refused: another route would answer than the one that was counted. So is one
 * with a name to sign in with: `Request` would throw.
 */
function addressOf(request: Request): URL | null {
  const { protocol, hostname, originalUrl } = request
  if (!hostname || /[/\\?#@]/.test(hostname) || !originalUrl.startsWith('/')) return null
  if (!/^https?$/i.test(protocol)) return null
  const port = ['X-Forwarded-Host', 'Host']
    .map((name) => Number.parseInt(request.get(name)?.split(':')[1] ?? '', 10))
    .find(Number.isSafeInteger)
  return URL.parse(`${protocol}://${hostname}${port ? `:${port}` : ''}${originalUrl}`)
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
