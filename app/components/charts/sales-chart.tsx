import { ticks } from 'd3-array'
import { withCommas } from '@/app/components/live-number'
import { ChartFigure } from './chart-figure'
import { Plot, round } from './plot'
import { bands, linear } from './scale'

/** Seats sold less returned in one hour, day or week. */
export interface SalesBar {
  label: string
  /** One number for each series; null: a gap. */
  values: readonly (number | null)[]
  /** Written below it; most have none. */
  tick?: string | undefined
}

export interface SalesChartProps {
  title: string
  /** Names of what is stacked, at most two: `GA`, `VIP`. */
  series: readonly string[]
  bars: readonly SalesBar[]
  period: string
}

/** Sales of each period as bars from zero; more returned than sold hangs below it. */
export function SalesChart({ title, series, bars, period }: SalesChartProps) {
  const stacks = bars.map(({ values }) => stackOf(values))
  const highest = Math.max(1, ...stacks.flat().map(({ to }) => to))
  const lowest = Math.min(0, ...stacks.flat().map(({ to }) => to))
  const x = bands(bars.length)
  const y = linear([lowest, highest], [96, 4])
  return (
    <ChartFigure title={title} summary={summaryOf(bars, series)} table={tableOf(bars, series, period)}>
      <Plot
        left={ticks(lowest, highest, 3)
          .filter(Number.isInteger)
          .map((value) => ({ at: round(y(value)), text: withCommas(value) }))}
        below={bars.flatMap(({ tick }, index) =>
          tick === undefined ? [] : [{ at: x.at(index) + x.width / 2, text: tick }],
        )}
      >
        {stacks.map((parts, index) =>
          parts.map(({ from, to }, part) => (
            <rect
              key={`${index} ${part}`}
              className={`plot__bar plot__bar--${part}`}
              x={round(x.at(index))}
              width={round(x.width)}
              y={round(y(Math.max(from, to)))}
              height={round(Math.abs(y(from) - y(to)))}
            />
          )),
        )}
      </Plot>
      {series.length > 1 && (
        <ul className="chart__key small">
          {series.map((name, part) => (
            <li key={name}>
              <span className={`chart__swatch chart__swatch--${part}`} />
              {name}
            </li>
          ))}
        </ul>
      )}
    </ChartFigure>
  )
}

/** Positive parts upwards from zero, negative ones downwards. */
function stackOf(values: SalesBar['values']): { from: number; to: number }[] {
  let [up, down] = [0, 0]
  return values.map((value) => {
    const seats = value ?? 0
    const from = seats >= 0 ? up : down
    if (seats >= 0) up += seats
    else down += seats
    return { from, to: from + seats }
  })
}

function summaryOf(bars: readonly SalesBar[], series: readonly string[]): string {
  const total = (part: number) => bars.reduce((sum, { values }) => sum + (values[part] ?? 0), 0)
  const parts = series.map((name, part) =>
    series.length > 1 ? `${withCommas(total(part))} ${name}` : withCommas(total(part)),
  )
  const gaps = bars.filter(({ values }) => values.every((value) => value === null)).length
  const missing = gaps > 0 ? ` No numbers for ${gaps} of ${bars.length}.` : ''
  return `${parts.join(' and ')} sold less returned, from ${bars[0]?.label ?? ''} to ${bars.at(-1)?.label ?? ''}.${missing}`
}

function tableOf(bars: readonly SalesBar[], series: readonly string[], period: string) {
  return {
    columns: [period, ...series],
    rows: bars.map(({ label, values }) => [
      label,
      ...values.map((value) => (value === null ? '–' : String(value))),
    ]),
  }
}
