import { useEffect, useState } from 'react'

/** Whole seconds since a moment, counted on; null without one. */
export function useSecondsSince(moment: number | null): number | null {
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (moment === null) return
    setNow(Date.now())
    const tick = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(tick)
  }, [moment])
  return moment === null ? null : Math.max(1, Math.round((now - moment) / 1_000))
}
