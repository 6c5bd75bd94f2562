import { useNavigation, useRevalidator } from '@remix-run/react'
import { useEffect, useState } from 'react'
import { onceReachable } from './once-reachable'

const askEveryMs = 1_000

/**
 * Loads the page's data again when something on it has come to its end. It looks at the clock each second, since the
 * timer of a computer that slept through the end would come as much too late. While the shop cannot be reached, the
 * page stays as it is.
 *
 * @param ending what was loaded, with the whole seconds that it had left then; 0 has ended and is left alone
 */
export function useRevalidateAtEnd(ending: { secondsLeft: number } | null): void {
  const { revalidate } = useRevalidator()
  const isIdle = useNavigation().state === 'idle'
  const [hasEnded, setHasEnded] = useState(false)
  useEffect(() => {
    setHasEnded(false)
    if (!ending || ending.secondsLeft === 0) return
    const endsAt = Date.now() + ending.secondsLeft * 1_000
    const tick = setInterval(() => setHasEnded(Date.now() >= endsAt), 1_000)
    return () => clearInterval(tick)
  }, [ending])
  const isDue = hasEnded && isIdle
  useEffect(() => {
    if (!isDue) return
    return onceReachable(askEveryMs, revalidate)
  }, [isDue, revalidate])
}
