import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { PageLinks } from '@/app/components/console/page-links'
import { EmptyState } from '@/app/components/empty-state'
import { cities } from '@/app/format/cities'

export interface FoundCitiesProps {
  /** One page of what was found. */
  list: { rows: readonly unknown[]; found: number; page: number; pages: number }
  /** The address of all cities. */
  whole: string
  /** The rows, where there are any. */
  children: ReactNode
}

/** What a search for cities has found: how many there are, and a page of them. */
export function FoundCities({ list, whole, children }: FoundCitiesProps) {
  return (
    <>
      <p className="small muted figures" role="status">
        {cities(list.found)}
      </p>
      {list.rows.length === 0 ? (
        <EmptyState title="No city is like that">
          <p>
            <Link to={whole}>Show all cities</Link>
          </p>
        </EmptyState>
      ) : (
        children
      )}
      <PageLinks page={list.page} pages={list.pages} hash="#cities" />
    </>
  )
}
