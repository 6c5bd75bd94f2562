import { Link, useLocation } from '@remix-run/react'

/** Where a list goes on that is read from the newest backwards, or in another order in other `words`. */
export function OlderLink({
  cursor,
  words = { first: 'Newest', next: 'Older' },
  anchor,
}: {
  cursor: string | null
  words?: { first: string; next: string }
  /** The id of the list's heading, where the page does not begin with the list. */
  anchor?: string
}) {
  const { pathname, search } = useLocation()
  const query = new URLSearchParams(search)
  const isFirst = !query.has('cursor')
  if (isFirst && cursor === null) return null
  // Keeps the rest of the address.
  const to = (change: string | null) => {
    const next = new URLSearchParams(search)
    if (change === null) next.delete('cursor')
    else next.set('cursor', change)
    return { pathname, search: next.toString(), ...(anchor !== undefined && { hash: anchor }) }
  }
  return (
    <nav className="page-links" aria-label="Pages">
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
