import type { IncomingHttpHeaders } from 'node:http'

export interface PageRequest {
  method: string
  /** With its query, as the client sent it. */
  path: string
  headers: Pick<IncomingHttpHeaders, 'accept' | 'referer'>
}

/**
 * Whether a page makes a request by itself, with nobody at it: for a stream, or for its own data again
 * (`useRevalidateEvery`). Remix lets a script mark no such request. But such a script asks for the data of the very
 * page that it is on; a person who follows a link to another page, sets another filter or sends a form does not. Two
 * cases are judged wrongly: a person who only goes back, or to the page they are on, does not count as a person; and
 * every request of a browser that sends no `Referer` does.
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
