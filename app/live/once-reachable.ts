import { canReachShop } from './can-reach-shop'

/**
 * Does something once, as soon as the shop can be reached. It asks about every `waitMs`, at a moment of its own for
 * each visitor, and when the network comes back.
 *
 * @returns a function that stops the asking
 */
export function onceReachable(waitMs: number, act: () => void): () => void {
  let isOver = false
  const ask = async () => {
    if (!(await canReachShop()) || isOver) return
    stop()
    act()
  }
  const onTime = () => void ask()
  const tick = setInterval(onTime, waitMs * (1 + Math.random() / 2))
  window.addEventListener('online', onTime)
  const stop = () => {
    isOver = true
    clearInterval(tick)
    window.removeEventListener('online', onTime)
  }
  return stop
}
