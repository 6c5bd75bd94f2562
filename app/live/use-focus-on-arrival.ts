import { useLocation, useNavigation } from '@remix-run/react'
import { useEffect } from 'react'

/** The address whose page is shown; null before the first. Not a component's: an error page replaces them all. */
let shown: string | null = null
/** What had the focus when the visitor set out. */
let leftFrom: Element | null = null

/**
 * Moves the focus to the title of the page that the visitor has gone to, as a browser that loads a whole page would
 * begin it anew: otherwise a screen reader says nothing, and the next Tab begins anywhere. Not where something in the
 * new page, such as a problem or a notice, has taken the focus by then.
 */
export function useFocusOnArrival(): void {
  const { pathname } = useLocation()
  const isMoving = useNavigation().state !== 'idle'
  useEffect(() => {
    if (isMoving) leftFrom = document.activeElement
  }, [isMoving])
  useEffect(() => {
    const before = shown
    shown = pathname
    if (before === null || before === pathname) return
    const main = document.getElementById('main')
    const focused = document.activeElement
    if (!main || (focused !== leftFrom && main.contains(focused))) return
    const title = main.querySelector('h1') ?? main
    title.tabIndex = -1
    // Where the page stands is ScrollRestoration's business.
    title.focus({ preventScroll: true })
  }, [pathname])
}
