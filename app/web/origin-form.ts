import type { IncomingMessage } from 'node:http'

/**
 * Makes a request whose target is a whole address look as if it named the path alone, and its host in `Host`. Every
 * server must take both forms (RFC 9112, 3.2.2), but Express and Remix's adapter know only the second. Runs before
 * Express, which notes how a target begins.
 */
export function toOriginForm(request: Pick<IncomingMessage, 'url' | 'headers'>): void {
  const [, host, target] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url ?? '') ?? []
  if (host === undefined || target === undefined) return
  request.url = target.startsWith('/') ? target : `/${target}`
  request.headers.host = host
}

/**
 * Gives a request without `Host` our own host: Remix makes an address of it. HTTP/1.0 allows such requests, and some
 * load balancers' probes send them. Node itself refuses one of HTTP/1.1.
 */
export function nameHost(request: Pick<IncomingMessage, 'headers'>, publicUrl: () => string): void {
  request.headers.host ??= new URL(publicUrl()).host
}
