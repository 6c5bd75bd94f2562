import type { ListedPool } from './pools'

/** Pools that are read by the same statements: enough that their number costs next to nothing. */
const mostPools = 500
/** And what one statement reads of them: seconds of work. A larger pool stands alone. */
const mostRows = 1_000_000

/** Parts a list of pools into sets, in order. Pure. */
export function poolSets(pools: readonly ListedPool[]): ListedPool[][] {
  const sets: ListedPool[][] = []
  let set: ListedPool[] = []
  let rows = 0
  for (const pool of pools) {
    if (set.length > 0 && (set.length >= mostPools || rows + pool.rows > mostRows)) {
      sets.push(set)
      set = []
      rows = 0
    }
    set.push(pool)
    rows += pool.rows
  }
  return set.length > 0 ? [...sets, set] : sets
}
