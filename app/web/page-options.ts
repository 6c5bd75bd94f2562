import type { EntryContext } from '@remix-run/node'
import { matchRoutes } from '@remix-run/react'

type Routes = EntryContext['manifest']['routes']

/** What a page answers to OPTIONS, a method that Remix does not let get as far as a page: 404 where there is none. */
export function pageOptions(routes: Routes, path: string): Response {
  const matches = matchRoutes(treeOf(routes), path) ?? []
  // As Remix finds the route that a form is for: an index route belongs to the address of its parent.
  const { id = 'root', path: pattern } = matches.findLast(({ route }) => route.path)?.route ?? {}
  if (pattern === '*' && routes[id]?.parentId === 'root') return new Response(null, { status: 404 })
  const allowed = routes[id]?.hasAction ? 'GET, HEAD, POST' : 'GET, HEAD'
  return new Response(null, { status: 204, headers: { Allow: allowed } })
}

function treeOf(routes: Routes, parent?: string): Parameters<typeof matchRoutes>[0] {
  return Object.values(routes)
    .filter(({ parentId }) => parentId === parent)
    .map(({ id, path, index }) =>
      index ? { id, path, index: true } : { id, path, children: treeOf(routes, id) },
    )
}
