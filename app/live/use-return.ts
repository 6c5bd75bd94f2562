import { useEffect } from 'react'
import { canReachShop } from './can-reach-shop'

/**
 * Loads the page's address again once the shop can be reached, by GET: a form is never sent twice. Asks about every
 * `waitMs`, not all visitors in the same moment, and as soon as the network is back; null asks never.
 */
export function useReturn(waitMs: number | null): void {
  useEffect(() => {
    if (waitMs === null) return
    const comeBack = async () => {
      if (!(await canReachShop()) || isOver) return
      stop()
      // With its hash, the browser would only move within the page.
      window.location.assign(window.location.pathname + window.location.search)
    }
    let isOver = false
    const tick = setInterval(() => void comeBack(), waitMs * (1 + Math.random() / 2))
    const onOnline = () => void comeBack()
    window.addEventListener('online', onOnline)
    const stop = () => {
      isOver = true
      clearInterval(tick)
      window.removeEventListener('online', onOnline)
    }
    return stop
  }, [waitMs])
}
