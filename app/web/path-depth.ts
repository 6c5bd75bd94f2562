/**
 * Remix looks for the routes of an address, and of each of its ancestors, when it draws a page or when its client asks
 * about the links on one. Each look costs a good part of a millisecond, in which nobody else is answered.
 */

/** Our own addresses have four. */
const mostSlashes = 16

/**
 * Distinct paths in one question, ancestors included. The most that the 7,680 characters of Remix's client can name are
 * some 450, of cities whose ids have two letters.
 */
const mostPaths = 512

/** Where Remix's client asks about links. */
export const discoveryPath = '/__manifest'

/** Whether a path has more parts than any of ours could have. */
export function isTooDeep(path: string): boolean {
  let slashes = 0
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    if (++slashes > mostSlashes) return true
  }
  return false
}

/** Whether a question to `discoveryPath` is one that Remix's client does not ask. */
export function asksAboutTooMuch(query: URLSearchParams): boolean {
  const paths = new Set<string>()
  for (const asked of query.getAll('p')) {
    const path = asked.startsWith('/') ? asked : `/${asked}`
    if (isTooDeep(path)) return true
    for (let at = path.indexOf('/', 1); at !== -1; at = path.indexOf('/', at + 1))
      paths.add(path.slice(0, at))
    paths.add(path)
    if (paths.size > mostPaths) return true
  }
  return false
}
