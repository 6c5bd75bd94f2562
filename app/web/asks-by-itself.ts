import type { IncomingHttpHeaders } from 'node:http'

export interface PageRequest {
  method: string
  /** With its query, as the client sent it. */
  path: string
  headers: Pick<IncomingHttpHeaders, 'accept' | 'referer'>
}

/**
 * Whether a page asks by itself, with nobody at it: for a stream, or for its own data again (`useRevalidateEvery`).
 * Remix lets a script mark no such request, but it asks for the data of the very page that it is on, while who follows
 * a link to another page, sets another filter or sends a form does not. Somebody who only ever goes back, or to the
 * page they are on, passes for nobody; a browser that tells no `Referer` passes for somebody.
 */
export function asksByItself({ method, path, headers: { accept, referer } }: PageRequest): boolean {
  if (method !== 'GET') return false
  if (accept === 'text/event-stream') return true
  if (referer === undefined || !/\.data(\?|$)/.test(path)) return false
  const [asked, from] = [pageAt(`http://any${path}`), pageAt(referer)]
  return asked !== null && asked === from
}

/** The page of an address, written in one way, without what Remix adds where it asks for data. */
function pageAt(address: string): string | null {
  if (!URL.canParse(address)) return null
  const { pathname, searchParams } = new URL(address)
  for (const name of ['_routes', 'index']) searchParams.delete(name)
  return `${pathname.replace(/\/$|\.data$/, '')}?${searchParams.toString()}`
}
