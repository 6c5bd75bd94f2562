import { useEffect, useRef, useState } from 'react'
import type { OwnHold } from '@/app/presenters/ticket-page'
import { useIsReleasing } from './use-is-releasing'

/**
 * How often the visitor has given seats back on this page. An attempt that fails leads to another page.
 *
 * @param hold what was loaded last
 */
export function useGivenBack(hold: OwnHold | null): number {
  const isReleasing = useIsReleasing(hold)
  const wasReleasing = useRef(false)
  const [times, setTimes] = useState(0)
  useEffect(() => {
    if (wasReleasing.current && !hold) setTimes((before) => before + 1)
    wasReleasing.current = isReleasing
  }, [hold, isReleasing])
  return times
}
