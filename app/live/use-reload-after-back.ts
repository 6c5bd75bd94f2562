import { useEffect } from 'react'

/**
 * Loads a page anew that the browser brings back from its memory, as when the buyer pressed "back" on the payment page:
 * it would still show the moment it was left, a pressed button included.
 */
export function useReloadAfterBack(): void {
  useEffect(() => {
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) window.location.reload()
    }
    window.addEventListener('pageshow', onShow)
    return () => window.removeEventListener('pageshow', onShow)
  }, [])
}
