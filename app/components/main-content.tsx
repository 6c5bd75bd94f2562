import type { ReactNode } from 'react'
import { useIsOnTheWay } from '@/app/live/use-is-on-the-way'

/** What stands in a frame, and the sign that another page is being loaded. */
export function MainContent({ children }: { children: ReactNode }) {
  const isOnTheWay = useIsOnTheWay()
  return (
    <>
      {isOnTheWay && <div className="progress loading-bar" role="progressbar" aria-label="Loading" />}
      <main className="site-main" id="main" tabIndex={-1} aria-busy={isOnTheWay || undefined}>
        <div className="wrap">{children}</div>
      </main>
    </>
  )
}
