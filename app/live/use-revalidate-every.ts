import { useMatches, useNavigation, useRevalidator } from '@remix-run/react'
import { useEffect, useRef } from 'react'

/** A load without an answer for so long is given up, for one on a connection that lives. */
const patienceMs = 30_000

/**
 * Loads the page's data again about every `intervalMs` while the page is looked at, and when it is looked at again;
 * null stops it. Pages that begin together, as all do when the last seat goes, do not ask together. What is being loaded
 * is left to arrive, within half a minute: Remix would leave the aborted answer as an error in the browser's console.
 */
export function useRevalidateEvery(intervalMs: number | null): void {
  const { revalidate } = useRevalidator()
  const isMoving = useNavigation().state !== 'idle'
  const loadingSince = useRef(-Infinity)
  // Remix's own state of a load may be rendered late, or not at all; what was loaded always is.
  const loaded = useMatches()
  useEffect(() => {
    loadingSince.current = isMoving ? performance.now() : -Infinity
  }, [loaded, isMoving])
  useEffect(() => {
    if (intervalMs === null) return
    const revalidateSeen = () => {
      const isLoading = performance.now() - loadingSince.current < patienceMs
      if (document.visibilityState !== 'visible' || isLoading) return
      loadingSince.current = performance.now()
      revalidate()
    }
    const tick = setInterval(revalidateSeen, intervalMs * (0.75 + Math.random() / 2))
    document.addEventListener('visibilitychange', revalidateSeen)
    return () => {
      clearInterval(tick)
      document.removeEventListener('visibilitychange', revalidateSeen)
    }
  }, [intervalMs, revalidate])
}
