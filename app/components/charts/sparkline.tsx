import { line } from 'd3-shape'
import { round } from './plot'
import { linear } from './scale'

/** Sales of the last days as a small line from zero; its numbers are read out. */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const known = values.flatMap((value) => value ?? [])
  const x = linear([0, Math.max(1, values.length - 1)], [1, 99])
  const y = linear([Math.min(0, ...known), Math.max(1, ...known)], [22, 3])
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => round(x(index)))
    .y((value) => round(y(value ?? 0)))
  return (
    <span className="spark">
      <svg className="spark__plot" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
        <line className="spark__zero" x1="0" x2="100" y1={round(y(0))} y2={round(y(0))} />
        <path className="spark__line" d={path(values) ?? ''} />
      </svg>
      <span className="visually-hidden">{wordsFor(values)}</span>
    </span>
  )
}

function wordsFor(values: readonly (number | null)[]): string {
  const numbers = values.map((value) => (value === null ? 'no number' : String(value)))
  return `Sold on each of the last ${values.length} days: ${numbers.join(', ')}`
}
