import { relative } from 'node:path'
import type { RouteConfigEntry } from '@remix-run/route-config'
import routes from '@/app/routes'

/** One address of the web process. */
export interface ListedRoute {
  /** Of its module, below `app/routes/`. */
  file: string
  /** With parameters as Remix writes them: `/cities/:cityId`. */
  pattern: string
}

/** All addresses, from the list that Remix builds from. A layout without an address of its own is none. */
export function listRoutes(): ListedRoute[] {
  return flatten(routes, '')
}

function flatten(entries: readonly RouteConfigEntry[], parent: string): ListedRoute[] {
  return entries.flatMap(({ file, path, index, children = [] }) => {
    const pattern = `${parent}/${path ?? ''}`.replace(/\/+$/, '') || '/'
    const below = flatten(children, pattern === '/' ? '' : pattern)
    const isLayout = children.some((child) => child.index)
    return isLayout && !index ? below : [{ file: relative('routes', file), pattern }, ...below]
  })
}
