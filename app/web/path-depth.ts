/** Our own addresses have four. */
const mostSlashes = 16

/**
 * Whether a path has more parts than any of ours could have. Remix looks at each part of a path, again for each of its
 * routes, and nobody else is answered meanwhile.
 */
export function isTooDeep(path: string): boolean {
  let slashes = 0
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    if (++slashes > mostSlashes) return true
  }
  return false
}
