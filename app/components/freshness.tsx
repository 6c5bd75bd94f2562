import { useHydrated } from '@/app/live/use-hydrated'
import type { Liveness } from '@/app/live/use-live-stock'

/** One line about how fresh the numbers are. Without scripts nothing updates, and it says so. */
export function Freshness({ liveness }: { liveness: Liveness }) {
  const isHydrated = useHydrated()
  if (!isHydrated) {
    return (
      <p className="freshness">
        <noscript>Numbers from when this page was loaded. Reload it for new ones.</noscript>
      </p>
    )
  }
  if (liveness.staleSeconds === null) {
    return (
      <p className="freshness">
        <span className="freshness__dot" aria-hidden="true" />
        Numbers update by themselves
      </p>
    )
  }
  return (
    <p className="freshness freshness--stale">
      <span aria-hidden="true">{`Numbers from ${liveness.staleSeconds} s ago, reconnecting`}</span>
      <span className="visually-hidden" role="status">
        Numbers may be out of date, reconnecting
      </span>
    </p>
  )
}
