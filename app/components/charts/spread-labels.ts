/** Moves labels apart that would lie upon each other, in percent of the height, without leaving 0 to 100. */
export function spreadLabels<Label extends { at: number }>(labels: readonly Label[], gap: number): Label[] {
  const ordered = labels.toSorted((one, other) => one.at - other.at).map((label) => ({ ...label }))
  for (let index = 1; index < ordered.length; index++) {
    const [before, label] = [ordered[index - 1], ordered[index]]
    if (before && label) label.at = Math.max(label.at, before.at + gap)
  }
  let lowest = 100
  for (const label of ordered.toReversed()) {
    label.at = Math.min(label.at, lowest)
    lowest = label.at - gap
  }
  return ordered
}
