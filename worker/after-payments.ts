const lookEverySeconds = 5
/** A rush may last for hours, and work that yields to it must still be done. */
const longestSeconds = 300

/**
 * Acts once no payment waits: now, or up to five minutes later. A worker that starts in a rush has a backlog to
 * drain, and on a small machine other heavy work would slow that down.
 *
 * @param paymentsWait a failure counts as yes, and another look follows
 * @returns a function that gives it up
 */
export function afterPayments({
  paymentsWait,
  act,
}: {
  paymentsWait: () => Promise<boolean>
  act: () => Promise<void>
}): () => void {
  let left = longestSeconds / lookEverySeconds
  let isOver = false
  const look = async () => {
    const isLast = left-- <= 0
    const yields = !isLast && (await paymentsWait().catch(() => true))
    if (yields || isOver) return
    end()
    await act()
  }
  const timer = setInterval(() => void look(), lookEverySeconds * 1_000)
  const end = () => {
    isOver = true
    clearInterval(timer)
  }
  void look()
  return end
}
