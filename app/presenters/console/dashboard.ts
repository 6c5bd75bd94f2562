import type { SalesBar } from '@/app/components/charts/sales-chart'
import { formatDay } from '@/app/format/dates'
import { readAttention } from '@/lib/analytics/attention'
import { type CityFigures, readCityFigures } from '@/lib/analytics/cities'
import { type CityListQuery, listCityPage } from '@/lib/analytics/city-list'
import { readTourSales } from '@/lib/analytics/tour-sales'
import { loadTargets } from '@/lib/alerts/targets'
import { readThresholds } from '@/lib/alerts/thresholds'
import { database } from '@/lib/database'
import type { PerTier } from '@/lib/tier'
import { type AttentionItem, presentAttention } from './attention-list'
import { cityNumbers } from './city-numbers'
import { type CityRow, presentCityRows } from './city-rows'
import { type SeatNumbers, totalNumbers } from './seat-numbers'

/** All that the dashboard shows. */
export interface Dashboard {
  attention: AttentionItem[]
  totals: PerTier<SeatNumbers>
  /** How many cities there are at all. */
  cityCount: number
  /** What all cities sold each day. */
  tour: { zone: string; bars: SalesBar[] }
  list: { rows: CityRow[]; found: number; page: number; pages: number }
}

/** The console's first page. */
export async function presentDashboard(query: CityListQuery, now: Date): Promise<Dashboard> {
  const [cities, thresholds, targets, attention] = await Promise.all([
    readCityFigures(),
    readThresholds(database()),
    loadTargets(database()),
    readAttention(),
  ])
  const { cities: shown, ...counts } = listCityPage(cities, query, thresholds)
  const zone = usualZone(cities)
  const [rows, tour] = await Promise.all([presentCityRows(shown, now), readTourSales(zone)])
  return {
    attention: presentAttention({ attention, cities, thresholds, targets, now }),
    totals: totalNumbers(cities.map(({ stock }) => cityNumbers(stock))),
    cityCount: cities.length,
    tour: {
      zone: zone.replaceAll('_', ' '),
      bars: tour.ga.map(({ from, sold }, index) => ({
        label: formatDay(from, zone, now),
        values: [sold, tour.vip[index]?.sold ?? null],
        ...(index % 7 === 1 && { tick: formatDay(from, zone, now) }),
      })),
    },
    list: { rows, ...counts },
  }
}

/** The zone that most cities are in: that is where the tour's days begin and end. The first one where several tie. */
function usualZone(cities: readonly Pick<CityFigures, 'timeZone'>[]): string {
  const counts = new Map<string, number>()
  for (const { timeZone } of cities) counts.set(timeZone, (counts.get(timeZone) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  return [...counts].find(([, count]) => count === most)?.[0] ?? 'UTC'
}
