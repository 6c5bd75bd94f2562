import { useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'

/**
 * Loads the page's data again every `intervalMs` while the page is looked at, and when it is looked at again; null
 * stops it.
 */
export function useRevalidateEvery(intervalMs: number | null): void {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    if (intervalMs === null) return
    const revalidateSeen = () => {
      if (document.visibilityState === 'visible') revalidate()
    }
    const tick = setInterval(revalidateSeen, intervalMs)
    document.addEventListener('visibilitychange', revalidateSeen)
    return () => {
      clearInterval(tick)
      document.removeEventListener('visibilitychange', revalidateSeen)
    }
  }, [intervalMs, revalidate])
}
