/** Moves the focus to the page's title, from something that goes away. */
export function focusTitle(): void {
  const main = document.getElementById('main')
  const title = main?.querySelector('h1') ?? main
  if (!title) return
  title.tabIndex = -1
  // Where the page stands is ScrollRestoration's business.
  title.focus({ preventScroll: true })
}
