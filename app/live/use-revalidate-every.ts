import { useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'

/** Loads the page's data again every `intervalMs`, while the page is looked at; null stops it. */
export function useRevalidateEvery(intervalMs: number | null): void {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    if (intervalMs === null) return
    const tick = setInterval(() => {
      if (document.visibilityState === 'visible') revalidate()
    }, intervalMs)
    return () => clearInterval(tick)
  }, [intervalMs, revalidate])
}
