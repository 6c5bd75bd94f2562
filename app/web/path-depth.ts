/** Our own addresses have at most four. */
const mostSlashes = 16

/**
 * Whether a path has more parts than any of ours. Remix looks at each part once for each of its routes, and the process
 * answers no other request meanwhile.
 */
export function isTooDeep(path: string): boolean {
  let slashes = 0
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    if (++slashes > mostSlashes) return true
  }
  return false
}
