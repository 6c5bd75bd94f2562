import { ticks as ticksBetween } from 'd3-array'
import { curveStepAfter, line } from 'd3-shape'
import { withCommas } from '@/app/components/live-number'
import { ChartFigure } from './chart-figure'
import { Plot, round } from './plot'
import { linear } from './scale'
import { spreadLabels } from './spread-labels'

/** Seats sold so far, at one moment. */
export interface TotalsPoint {
  /** Milliseconds since 1970. */
  at: number
  label: string
  /** Null: no numbers for this moment, shown as a gap. */
  sold: number | null
  capacity: number | null
}

export interface Tick {
  at: number
  text: string
}

export interface TotalsChartProps {
  title: string
  points: readonly TotalsPoint[]
  ticks: readonly Tick[]
  /** How the first column of the table is called: `Day`. */
  period: string
}

/** Cumulative sales as a line, under capacity as another. */
export function TotalsChart({ title, points, ticks, period }: TotalsChartProps) {
  const last = points.findLast((point) => point.sold !== null)
  const highest = Math.max(1, ...points.flatMap(({ sold, capacity }) => [sold ?? 0, capacity ?? 0]))
  const x = linear([points[0]?.at ?? 0, points.at(-1)?.at ?? 1], [0, 100])
  const y = linear([0, highest], [96, 4])
  const sold = line<TotalsPoint>()
    .defined((point) => point.sold !== null)
    .x((point) => round(x(point.at)))
    .y((point) => round(y(point.sold ?? 0)))
  const capacity = line<TotalsPoint>()
    .defined((point) => point.capacity !== null)
    .x((point) => round(x(point.at)))
    .y((point) => round(y(point.capacity ?? 0)))
    .curve(curveStepAfter)
  const ends = [
    ...(last?.capacity != null
      ? [{ at: y(last.capacity), text: `${withCommas(last.capacity)} seats`, of: 'capacity' as const }]
      : []),
    ...(last?.sold != null
      ? [{ at: y(last.sold), text: `${withCommas(last.sold)} sold`, of: 'sold' as const }]
      : []),
  ]
  return (
    <ChartFigure title={title} summary={summaryOf(last)} table={tableOf(points, period)}>
      <Plot
        left={ticksBetween(0, highest, 3)
          .filter(Number.isInteger)
          .map((value) => ({ at: round(y(value)), text: withCommas(value) }))}
        right={spreadLabels(ends, 10)}
        below={ticks.map((tick) => ({ at: x(tick.at), text: tick.text }))}
      >
        <path className="plot__capacity" d={capacity(points) ?? ''} />
        <path className="plot__sold" d={sold(points) ?? ''} />
      </Plot>
    </ChartFigure>
  )
}

function summaryOf(last: TotalsPoint | undefined): string {
  if (last?.sold == null) return 'Nothing yet: this city has no history in this time.'
  return `${withCommas(last.sold)} of ${withCommas(last.capacity ?? 0)} seats sold.`
}

function tableOf(points: readonly TotalsPoint[], period: string) {
  return {
    columns: [period, 'Sold so far', 'Capacity'],
    rows: points.map(({ label, sold, capacity }) => [label, text(sold), text(capacity)]),
  }
}

function text(value: number | null): string {
  return value === null ? '–' : String(value)
}
