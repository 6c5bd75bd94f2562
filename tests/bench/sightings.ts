/** So many seats were gone in what a client was shown at a moment (milliseconds since 1970). */
export interface Sighting {
  gone: number
  at: number
}

/**
 * How long it took until somebody was shown each change.
 *
 * @param happenedAt by how many seats were gone after the change
 * @param sightings in the order they were made
 * @returns milliseconds; 0 where the change was shown before its maker knew that it was done
 */
export function agesOf(
  happenedAt: Iterable<readonly [gone: number, at: number]>,
  sightings: readonly Sighting[],
): number[] {
  const ages: number[] = []
  let index = 0
  for (const [gone, at] of [...happenedAt].sort(([one], [other]) => one - other)) {
    while ((sightings[index]?.gone ?? Infinity) < gone) index++
    const sighting = sightings[index]
    if (!sighting) throw new Error('A change was never shown')
    ages.push(Math.max(0, sighting.at - at))
  }
  return ages
}
