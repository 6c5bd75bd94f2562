import { line } from 'd3-shape'
import { round } from './plot'
import { linear } from './scale'

/**
 * Sales of the last days as a small line from zero, and a dot for a day without neighbours, of which a line shows
 * nothing; its numbers are read out.
 */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const known = values.flatMap((value) => value ?? [])
  const x = linear([0, Math.max(1, values.length - 1)], [1, 99])
  const y = linear([Math.min(0, ...known), Math.max(1, ...known)], [22, 3])
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => round(x(index)))
    .y((value) => round(y(value ?? 0)))
  const dots = values.flatMap((value, index) =>
    value === null || isKnown(values[index - 1]) || isKnown(values[index + 1])
      ? []
      : `M${round(x(index))},${round(y(value))}h0`,
  )
  return (
    <span className="spark">
      <svg className="spark__plot" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
        <line className="spark__zero" x1="0" x2="100" y1={round(y(0))} y2={round(y(0))} />
        <path className="spark__line" d={path(values) ?? ''} />
        {dots.map((dot) => (
          <path key={dot} className="spark__dot" d={dot} />
        ))}
      </svg>
      <span className="visually-hidden">{wordsFor(values)}</span>
    </span>
  )
}

function isKnown(value: number | null | undefined): boolean {
  return value !== null && value !== undefined
}

function wordsFor(values: readonly (number | null)[]): string {
  const numbers = values.map((value) => (value === null ? 'no number' : String(value)))
  return `Sold on each of the last ${values.length} days: ${numbers.join(', ')}`
}
