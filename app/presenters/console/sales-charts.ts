import type { SalesBar } from '@/app/components/charts/sales-chart'
import type { Tick, TotalsPoint } from '@/app/components/charts/totals-chart'
import { formatDay, formatHour } from '@/app/format/dates'
import { type PoolHistory, readHistory, type Span, type Step } from '@/lib/analytics/history'
import { readOpening } from '@/lib/analytics/opening'
import { type PerTier, perTier } from '@/lib/tier'

export const chartRanges = ['days', 'hours', 'all'] as const
export type ChartRange = (typeof chartRanges)[number]

/** The two pictures of one tier. */
export interface TierCharts {
  totals: { points: TotalsPoint[]; ticks: Tick[] }
  sales: SalesBar[]
}

export interface SalesCharts {
  /** `Day`, `Hour`, `Week beginning` */
  period: string
  tiers: PerTier<TierCharts>
}

const dayMs = 86_400_000

/** How a city has sold: by hour for two days, by day for a month, or since it was opened. */
export async function presentSalesCharts(
  city: { id: string; timeZone: string },
  range: ChartRange,
  now: Date,
): Promise<SalesCharts> {
  const span = await spanOf(city.id, range, now)
  const history = await readHistory([city.id], span)
  const tiers = perTier((tier) =>
    chartsOf(
      history.find((pool) => pool.tier === tier),
      span.step,
      city.timeZone,
      now,
    ),
  )
  return { period: periodNames[span.step], tiers }
}

const periodNames: Record<Step, string> = { hour: 'Hour', day: 'Day', week: 'Week from' }

async function spanOf(cityId: string, range: ChartRange, now: Date): Promise<Span> {
  switch (range) {
    case 'hours':
      return { step: 'hour', count: 48 }
    case 'days':
      return { step: 'day', count: 30 }
    case 'all': {
      const opened = await readOpening(cityId)
      const days = opened ? Math.ceil((now.getTime() - opened.getTime()) / dayMs) + 1 : 7
      // More bars than this are no longer bars.
      return days <= 90
        ? { step: 'day', count: Math.max(7, days) }
        : { step: 'week', count: Math.min(104, Math.ceil(days / 7) + 1) }
    }
  }
}

function chartsOf(history: PoolHistory | undefined, step: Step, timeZone: string, now: Date): TierCharts {
  if (!history) return { totals: { points: [], ticks: [] }, sales: [] }
  const { periods, points } = history
  const name = (moment: Date) => periodName(moment, step, timeZone, now)
  const everySo = Math.max(1, Math.round(periods.length / 5))
  const isNamed = (index: number) => index % everySo === Math.floor(everySo / 2)
  return {
    totals: {
      points: points.map(({ at, sold, capacity }, index) => ({
        at: at.getTime(),
        label: index === points.length - 1 ? 'Now' : `Start of ${name(at)}`,
        sold,
        capacity,
      })),
      ticks: periods.flatMap(({ from }, index) =>
        isNamed(index) ? [{ at: from.getTime(), text: tickName(from, step, timeZone, now) }] : [],
      ),
    },
    sales: periods.map(({ from, sold }, index) => ({
      label: name(from),
      values: [sold],
      ...(isNamed(index) && { tick: tickName(from, step, timeZone, now) }),
    })),
  }
}

function periodName(moment: Date, step: Step, timeZone: string, now: Date): string {
  const day = formatDay(moment, timeZone, now)
  return step === 'hour' ? `${day}, ${formatHour(moment, timeZone)}` : day
}

function tickName(moment: Date, step: Step, timeZone: string, now: Date): string {
  return step === 'hour' ? formatHour(moment, timeZone) : formatDay(moment, timeZone, now)
}
