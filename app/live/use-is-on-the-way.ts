import { useLocation, useNavigation } from '@remix-run/react'
import { useEffect, useState } from 'react'

/** What takes less needs no sign. */
const unnoticedMs = 300

/** Whether the visitor has been on the way to another page for so long that they should be shown it. */
export function useIsOnTheWay(): boolean {
  const { pathname } = useLocation()
  const to = useNavigation().location?.pathname
  const isMoving = to !== undefined && to !== pathname
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    if (!isMoving) return
    const late = setTimeout(() => setIsLate(true), unnoticedMs)
    return () => {
      clearTimeout(late)
      setIsLate(false)
    }
  }, [isMoving])
  return isMoving && isLate
}
