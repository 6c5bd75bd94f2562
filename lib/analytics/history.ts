import { type RawBuilder, sql } from 'kysely'
import { database } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import { readJumps } from './jumps'
import { type Period, periodsBetween } from './periods'

export type Step = 'hour' | 'day' | 'week'

/** How one city and tier sold. All figures are seats. */
export interface PoolHistory {
  cityId: string
  tier: Tier
  /** At the end of each period, the oldest first; the last one is now. Null: before the city was opened. */
  points: HistoryPoint[]
  periods: Period[]
}

export interface HistoryPoint {
  at: Date
  sold: number | null
  /** The actual limit. Hidden from customers. */
  capacity: number | null
}

/** The last `count` hours, days or weeks, the one that is under way included. They begin as clocks in the city say. */
export interface Span {
  step: Step
  count: number
}

/** How the given cities sold, both tiers of each. Costs a probe for each tier and period, whatever the ledger's length. */
export async function readHistory(cityIds: readonly string[], span: Span): Promise<PoolHistory[]> {
  if (cityIds.length === 0) return []
  const { rows } = await historySql(cityIds, span).execute(database())
  const earliest = rows.map((row) => row.at[0]?.getTime() ?? 0)
  const jumps = rows.length > 0 ? await readJumps(new Date(Math.min(...earliest)), cityIds) : []
  return rows.map(({ cityId, tier, at, sold, capacity }) => {
    const points = at.map((moment, index) => ({
      at: moment,
      sold: sold[index] ?? null,
      capacity: capacity[index] ?? null,
    }))
    const own = jumps.filter((jump) => jump.cityId === cityId && jump.tier === tier)
    return { cityId, tier, points, periods: periodsBetween(fromOpening(points), own) }
  })
}

/** A city that was opened within a period began it with nothing sold. */
function fromOpening(points: readonly HistoryPoint[]): HistoryPoint[] {
  return points.map((point, index) =>
    point.sold === null && points[index + 1]?.sold != null ? { ...point, sold: 0 } : point,
  )
}

interface HistoryRow {
  cityId: string
  tier: Tier
  at: Date[]
  sold: (number | null)[]
  capacity: (number | null)[]
}

/** Index: inventory_transactions_over_time alone. The ledger's rows carry running totals, so a moment is one probe. */
function historySql(cityIds: readonly string[], { step, count }: Span): RawBuilder<HistoryRow> {
  return sql<HistoryRow>`
    select i.city_id as "cityId", i.tier, array_agg(moment.at order by moment.at) as at,
      array_agg(past.sold_after order by moment.at) as sold,
      array_agg(past.actual_limit_after order by moment.at) as capacity
    from cities c
    join inventory i on i.city_id = c.id
    cross join lateral known_zone(c.time_zone) zone (name)
    cross join lateral (
      select app_now() as at
      union all select ${beginning(step)} from generate_series(0, ${count - 1}::int) n) moment
    left join lateral (
      select t.sold_after, t.actual_limit_after from inventory_transactions t
      where t.city_id = i.city_id and t.tier = i.tier and t.occurred_at <= moment.at
      order by t.occurred_at desc, t.sequence desc limit 1) past on true
    where c.id = any(${[...cityIds]}::text[])
    group by i.city_id, i.tier
    order by i.city_id, i.tier`
}

/** When the period that is `n` before this one began. Days and weeks by the city's calendar, hours by the clock. */
function beginning(step: Step): RawBuilder<unknown> {
  switch (step) {
    case 'hour':
      return sql`date_trunc('hour', app_now(), zone.name) - make_interval(hours => n)`
    case 'day':
      return sql`(date_trunc('day', app_now() at time zone zone.name) - make_interval(days => n)) at time zone zone.name`
    case 'week':
      return sql`(date_trunc('week', app_now() at time zone zone.name) - make_interval(weeks => n)) at time zone zone.name`
  }
}
