/** Whether React has taken the page over: until then it is what the server sent, with scripts or without. */
export function isHydrated(): boolean {
  const main = document.querySelector('main')
  return main !== null && Object.keys(main).some((key) => key.startsWith('__reactProps'))
}
