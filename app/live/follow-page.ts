/** A page that is hidden for this long gives its connection back: browsers allow six per site. */
const hiddenMs = 60_000

/** Reconnects when the network comes back or a page is looked at again; rests while it is hidden for long. */
export function followPage(connection: { restart(): void; close(): void }, onPaused: () => void): () => void {
  let hide: ReturnType<typeof setTimeout> | undefined
  let isResting = false
  const rest = () => {
    isResting = true
    connection.close()
    onPaused()
  }
  const onVisibility = () => {
    clearTimeout(hide)
    if (document.visibilityState === 'hidden') hide = setTimeout(rest, hiddenMs)
    else if (isResting) onOnline()
  }
  const onOnline = () => {
    isResting = false
    connection.restart()
  }
  document.addEventListener('visibilitychange', onVisibility)
  window.addEventListener('online', onOnline)
  window.addEventListener('offline', onPaused)
  return () => {
    clearTimeout(hide)
    document.removeEventListener('visibilitychange', onVisibility)
    window.removeEventListener('online', onOnline)
    window.removeEventListener('offline', onPaused)
    connection.close()
  }
}
