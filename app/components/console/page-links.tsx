import { Link, useLocation } from '@remix-run/react'

/** Where a numbered list goes on. Keeps the rest of the address. */
export function PageLinks({ page, pages, hash }: { page: number; pages: number; hash: string }) {
  const { pathname, search } = useLocation()
  if (pages <= 1) return null
  const to = (number: number) => {
    const query = new URLSearchParams(search)
    query.set('page', String(number))
    return `${pathname}?${query.toString()}${hash}`
  }
  return (
    <nav className="page-links" aria-label="Pages">
      {page > 1 && (
        <Link to={to(page - 1)} rel="prev" className="button button--quiet" preventScrollReset>
          Previous
        </Link>
      )}
      <span className="muted figures">
        Page {page} of {pages}
      </span>
      {page < pages && (
        <Link to={to(page + 1)} rel="next" className="button button--quiet" preventScrollReset>
          Next
        </Link>
      )}
    </nav>
  )
}
