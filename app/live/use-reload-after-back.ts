import { useEffect } from 'react'

/**
 * A page that the browser brings back from its memory (the buyer pressed "back" on the payment page) still
 * shows the moment it was left, a pressed button included. It is loaded anew.
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
