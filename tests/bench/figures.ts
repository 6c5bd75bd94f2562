import { type Spread, spreadOf } from './statistics'

/** One line of the report: what was measured, against what, and the ratio of the two round by round. */
export interface Figure {
  value: number
  unit: string
  /** What the ratio is to; absent for plain figures. */
  against?: number
  /** Median of the rounds' ratios, or the plain value. */
  ratio: number
  min: number
  max: number
  target?: string
}

/** Figures by name, in the order they were measured. */
export class Figures {
  readonly #figures = new Map<string, Figure>()

  /** A ratio of two things measured in turn in the same run. Both lists have one value a round. */
  ratio(
    name: string,
    unit: string,
    ours: readonly number[],
    theirs: readonly number[],
    target?: string,
  ): void {
    const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN))
    const { median, min, max } = spreadOf(ratios)
    this.#figures.set(name, {
      value: spreadOf(ours).median,
      unit,
      against: spreadOf(theirs).median,
      ratio: median,
      min,
      max,
      ...(target && { target }),
    })
  }

  /** A figure that stands for itself. */
  plain(name: string, unit: string, values: readonly number[], target?: string): void {
    const { median, min, max }: Spread = spreadOf(values)
    this.#figures.set(name, { value: median, unit, ratio: median, min, max, ...(target && { target }) })
  }

  toJSON(): Record<string, Figure> {
    return Object.fromEntries(this.#figures)
  }

  /** For people. */
  table(): string {
    const rows = [...this.#figures].map(([name, figure]) => [
      name,
      `${short(figure.value)} ${figure.unit}`,
      figure.against === undefined ? '' : short(figure.against),
      figure.against === undefined ? '' : `×${short(figure.ratio)}`,
      `${short(figure.min)} … ${short(figure.max)}`,
      figure.target ?? '',
    ])
    const table = [['figure', 'value', 'against', 'ratio', 'spread', 'target'], ...rows]
    const widths =
      table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
    return table
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n')
  }
}

function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3)
}
