import type { ReactNode } from 'react'

/** The page's title, what it is about, and its state. */
export function PageHeader({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ReactNode
  children?: ReactNode
}) {
  return (
    <header className="page-header">
      <h1>{title}</h1>
      {lead && <p className="page-header__lead">{lead}</p>}
      {children}
    </header>
  )
}
