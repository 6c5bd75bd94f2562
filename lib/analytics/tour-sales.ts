import { type RawBuilder, sql } from 'kysely'
import { type Connection, database } from '@/lib/database'
import { type PerTier, perTier } from '@/lib/tier'
import { readJumps } from './jumps'
import { type Period, periodsBetween } from './periods'

/** How far back charts of the whole tour look. */
const tourDays = 30

/** By then every transaction that could still write of the hour has ended: none lives longer. */
const settledMinutes = 5
/** Hours noted at a time, so that a day's worth of catching up does not hold up other housekeeping. */
const hoursAtOnce = 24

/**
 * Notes how many seats counted as sold at each full hour that has passed and is not noted yet. The past does not
 * change, so each is written once; adding up all cities for every look at a chart would take a second.
 *
 * @returns how many hours
 */
export async function noteTourSales(connection: Connection): Promise<number> {
  const { rows } = await missingHoursSql().execute(connection)
  for (const { at } of rows) {
    // Index: inventory_transactions_over_time, one probe for each stock row.
    await sql`
      insert into tour_sales (at, tier, sold)
      select ${at}::timestamptz, tier.name, coalesce(sum(past.sold_after), 0)
      from unnest(array['ga', 'vip']) tier (name)
      left join inventory i on i.tier = tier.name
      left join lateral (
        select t.sold_after from inventory_transactions t
        where t.city_id = i.city_id and t.tier = i.tier and t.occurred_at <= ${at}::timestamptz
        order by t.occurred_at desc, t.sequence desc limit 1) past on true
      group by tier.name
      on conflict do nothing`.execute(connection)
  }
  return rows.length
}

/** Hours of the last month without a note, the newest first; none before the first row of the ledger. */
function missingHoursSql(): RawBuilder<{ at: Date }> {
  return sql<{ at: Date }>`
    select hour.at
    from (select occurred_at as at from inventory_transactions order by id limit 1) first
    cross join lateral generate_series(
      greatest(
        date_trunc('hour', app_now() - make_interval(days => ${tourDays + 1})), date_trunc('hour', first.at)),
      date_trunc('hour', app_now() - make_interval(mins => ${settledMinutes})), interval '1 hour') hour (at)
    where not exists (select from tour_sales noted where noted.at = hour.at)
    order by hour.at desc
    limit ${hoursAtOnce}`
}

/**
 * What all cities together sold on each day of the last month, the oldest first; the last one is today. Days that were
 * not noted, since no worker ran, are gaps. Where midnight is not at a full hour, a day is counted from the last full
 * hour before it.
 */
export async function readTourSales(timeZone: string): Promise<PerTier<Period[]>> {
  const { rows } = await tourSalesSql(timeZone).execute(database())
  const jumps = await readJumps(rows[0]?.countedAt ?? new Date())
  return perTier((tier) =>
    periodsBetween(
      rows.map((row) => ({ at: row.at, countedAt: row.countedAt, sold: row[tier] })),
      jumps.filter((jump) => jump.tier === tier),
    ),
  )
}

interface DayRow {
  /** Midnight, or now. */
  at: Date
  /** The moment that the totals are of. */
  countedAt: Date
  ga: number | null
  vip: number | null
}

/** Index: the primary key. The last moment is now, as the stock rows say. */
function tourSalesSql(timeZone: string): RawBuilder<DayRow> {
  return sql<DayRow>`
    select midnight.at, hour.at as "countedAt",
      case when midnight.at < first.at then 0 else max(noted.sold) filter (where noted.tier = 'ga') end as ga,
      case when midnight.at < first.at then 0 else max(noted.sold) filter (where noted.tier = 'vip') end as vip
    from generate_series(0, ${tourDays - 1}) n
    cross join (select (select occurred_at from inventory_transactions order by id limit 1) as at) first
    cross join known_zone(${timeZone}) zone (name)
    cross join lateral (
      select (date_trunc('day', app_now() at time zone zone.name) - make_interval(days => n))
        at time zone zone.name as at) midnight
    cross join lateral (select date_trunc('hour', midnight.at) as at) hour
    left join tour_sales noted on noted.at = hour.at
    group by midnight.at, hour.at, first.at
    union all
    select app_now(), app_now(), sum(sold) filter (where tier = 'ga'), sum(sold) filter (where tier = 'vip')
    from inventory
    order by 1`
}
