import { useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'

/**
 * Loads the page's data again about every `intervalMs` while the page is looked at, and when it is looked at again;
 * null stops it. Pages that begin together, as all do when the last seat goes, do not ask together.
 */
export function useRevalidateEvery(intervalMs: number | null): void {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    if (intervalMs === null) return
    const revalidateSeen = () => {
      if (document.visibilityState === 'visible') revalidate()
    }
    const tick = setInterval(revalidateSeen, intervalMs * (0.75 + Math.random() / 2))
    document.addEventListener('visibilitychange', revalidateSeen)
    return () => {
      clearInterval(tick)
      document.removeEventListener('visibilitychange', revalidateSeen)
    }
  }, [intervalMs, revalidate])
}
