import { Link } from '@remix-run/react'

export interface SubLink {
  to: string
  text: string
  isCurrent: boolean
}

/** The parts of one subject. */
export function SubNav({ label, links }: { label: string; links: readonly SubLink[] }) {
  return (
    <nav className="sub-nav" aria-label={label}>
      {links.map(({ to, text, isCurrent }) => (
        <Link key={to} to={to} aria-current={isCurrent ? 'page' : undefined}>
          {text}
        </Link>
      ))}
    </nav>
  )
}
