import { useLocation, useNavigation } from '@remix-run/react'
import { useEffect } from 'react'
import { focusTitle } from './focus-title'

/**
 * The address whose page is shown; null before the first. Kept outside of components, since an error page replaces them
 * all.
 */
let shown: string | null = null
/** What had the focus when the visitor set out. */
let leftFrom: Element | null = null

/**
 * Moves the focus to the title of the page that the visitor has gone to, as a browser does that loads a whole page.
 * Otherwise a screen reader says nothing, and the next Tab begins anywhere. It does the same if the visitor stays on
 * one address and what they pressed is gone, as between the steps of a form. It does not if something in the new page,
 * such as a problem or a notice, has taken the focus already.
 */
export function useFocusOnArrival(): void {
  const { pathname } = useLocation()
  const isMoving = useNavigation().state !== 'idle'
  useEffect(() => {
    if (isMoving) leftFrom = document.activeElement
    else if (leftFrom?.isConnected === false && document.activeElement === document.body) focusTitle()
  }, [isMoving])
  useEffect(() => {
    const before = shown
    shown = pathname
    if (before === null || before === pathname) return
    const focused = document.activeElement
    const isTaken = focused !== leftFrom && document.getElementById('main')?.contains(focused)
    if (!isTaken) focusTitle()
  }, [pathname])
}
