import { useMatches, useNavigation, useRevalidator } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { canReachShop } from './can-reach-shop'

/** A load without an answer for this long is given up, for one on a connection that lives. */
const patienceMs = 30_000

/** How many milliseconds between two loads, or only when the page is looked at again; null: not at all. */
export type RevalidationPace = number | 'when_seen' | null

/**
 * Loads the page's data again at a pace while the page is looked at, and when it is looked at again.
 * - Pages that begin together, as all do when the last seat goes, do not ask together.
 * - A load that is under way is left to arrive, within half a minute: Remix would leave the aborted answer as an error
 *   in the browser's console.
 * - While the shop cannot be reached, the page stays as it is.
 */
export function useRevalidateEvery(pace: RevalidationPace): void {
  const { revalidate } = useRevalidator()
  const isMoving = useNavigation().state !== 'idle'
  const loadingSince = useRef(-Infinity)
  // Remix's own state of a load may be rendered late, or not at all; what was loaded always is.
  const loaded = useMatches()
  useEffect(() => {
    loadingSince.current = isMoving ? performance.now() : -Infinity
  }, [loaded, isMoving])
  useEffect(() => {
    if (pace === null) return
    let isOver = false
    const revalidateSeen = async () => {
      const isLoading = performance.now() - loadingSince.current < patienceMs
      if (document.visibilityState !== 'visible' || isLoading) return
      const since = performance.now()
      loadingSince.current = since
      const isReached = await canReachShop()
      // Meanwhile the visitor may have moved on, or left.
      if (isOver || loadingSince.current !== since) return
      if (isReached) revalidate()
      else loadingSince.current = -Infinity
    }
    const onTime = () => void revalidateSeen()
    const tick = pace === 'when_seen' ? undefined : setInterval(onTime, pace * (0.75 + Math.random() / 2))
    document.addEventListener('visibilitychange', onTime)
    return () => {
      isOver = true
      clearInterval(tick)
      document.removeEventListener('visibilitychange', onTime)
    }
  }, [pace, revalidate])
}
