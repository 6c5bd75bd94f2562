import { Link, useLocation } from '@remix-run/react'

/** Where a list goes on that is read from the newest backwards, or in another order in other `words`. */
export function OlderLink({
  cursor,
  param = 'cursor',
  label = 'Pages',
  words = { first: 'Newest', next: 'Older' },
  anchor,
}: {
  cursor: string | null
  /** What of the address says where this list goes on; the page's main list, which may follow from it, begins anew. */
  param?: string
  /** Tells it from another list's on the same page. */
  label?: string
  words?: { first: string; next: string }
  /** The id of the list's heading, where the page does not begin with the list. */
  anchor?: string
}) {
  const { pathname, search } = useLocation()
  const query = new URLSearchParams(search)
  const isFirst = !query.has(param)
  if (isFirst && cursor === null) return null
  // Keeps the rest of the address.
  const to = (change: string | null) => {
    const next = new URLSearchParams(search)
    next.delete('cursor')
    if (change === null) next.delete(param)
    else next.set(param, change)
    return { pathname, search: next.toString(), ...(anchor !== undefined && { hash: anchor }) }
  }
  return (
    <nav className="page-links" aria-label={label}>
      {!isFirst && (
        <Link to={to(null)} className="button button--quiet">
          {words.first}
        </Link>
      )}
      {cursor !== null && (
        <Link to={to(cursor)} rel="next" className="button button--quiet">
          {words.next}
        </Link>
      )}
    </nav>
  )
}
