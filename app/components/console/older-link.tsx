import { Link, useLocation } from '@remix-run/react'

/** Where a list goes on that is read from the newest backwards. Keeps the rest of the address. */
export function OlderLink({ cursor }: { cursor: string | null }) {
  const { pathname, search } = useLocation()
  const query = new URLSearchParams(search)
  const isFirst = !query.has('cursor')
  if (isFirst && cursor === null) return null
  const to = (change: string | null) => {
    const next = new URLSearchParams(search)
    if (change === null) next.delete('cursor')
    else next.set('cursor', change)
    return `${pathname}?${next.toString()}`
  }
  return (
    <nav className="page-links" aria-label="Pages">
      {!isFirst && (
        <Link to={to(null)} className="button button--quiet">
          Newest
        </Link>
      )}
      {cursor !== null && (
        <Link to={to(cursor)} rel="next" className="button button--quiet">
          Older
        </Link>
      )}
    </nav>
  )
}
