import { useEffect } from 'react'
import { onceReachable } from './once-reachable'

/**
 * Loads the page's address again once the shop can be reached, by GET: a form is never sent twice. Asks about every
 * `waitMs`; null asks never.
 */
export function useReturn(waitMs: number | null): void {
  useEffect(() => {
    if (waitMs === null) return
    // With its hash, the browser would only move within the page.
    return onceReachable(waitMs, () =>
      window.location.assign(window.location.pathname + window.location.search),
    )
  }, [waitMs])
}
