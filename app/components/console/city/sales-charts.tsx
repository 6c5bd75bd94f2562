import { SalesChart } from '@/app/components/charts/sales-chart'
import { TotalsChart } from '@/app/components/charts/totals-chart'
import { SubNav } from '@/app/components/console/sub-nav'
import { tierNames } from '@/app/format/tiers'
import type { ChartRange, SalesCharts } from '@/app/presenters/console/sales-charts'
import { tiers } from '@/lib/tier'

/** How each tier has sold: in all, against its capacity, and in each period. */
export function CitySales({
  cityId,
  charts,
  range,
  timeZone,
}: {
  cityId: string
  charts: SalesCharts
  range: ChartRange
  timeZone: string
}) {
  return (
    <section className="stack" aria-labelledby="sales">
      <div className="section-head">
        <h2 id="sales">Sales</h2>
        <SubNav
          label="Time shown"
          links={ranges.map(({ key, text }) => ({
            to:
              key === 'days' ? `/admin/cities/${cityId}#sales` : `/admin/cities/${cityId}?range=${key}#sales`,
            text,
            isCurrent: key === range,
          }))}
        />
      </div>
      <div className="charts">
        {tiers.map((tier) => (
          <TotalsChart
            key={tier}
            title={`${tierNames[tier].short}: sold against capacity`}
            points={charts.tiers[tier].totals.points}
            ticks={charts.tiers[tier].totals.ticks}
            period={charts.period}
          />
        ))}
        {tiers.map((tier) => (
          <SalesChart
            key={tier}
            title={`${tierNames[tier].short}: sold each ${words[charts.period] ?? 'day'}`}
            series={[tierNames[tier].short]}
            bars={charts.tiers[tier].sales}
            period={charts.period}
          />
        ))}
      </div>
      <p className="small muted">Hours and days as clocks in the city say: {timeZone}.</p>
    </section>
  )
}

const words: Record<string, string> = { Hour: 'hour', Day: 'day', 'Week from': 'week' }

const ranges: { key: ChartRange; text: string }[] = [
  { key: 'hours', text: '48 hours' },
  { key: 'days', text: '30 days' },
  { key: 'all', text: 'Since opening' },
]
