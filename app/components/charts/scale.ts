/** A number's place on a line. */
export type Scale = (value: number) => number

/** Spreads `from` … `to` evenly over `start` … `end`. A span of nothing lies at its start. */
export function linear([from, to]: [number, number], [start, end]: [number, number]): Scale {
  const span = to - from
  return (value) => (span === 0 ? start : start + ((value - from) / span) * (end - start))
}

/** Places for `count` bars from 0 to 100, with a gap of a fifth of each place between them. */
export function bands(count: number): { width: number; at: Scale } {
  const gapShare = 0.2
  const step = 100 / Math.max(1, count - gapShare)
  return { width: step * (1 - gapShare), at: (index) => index * step }
}
