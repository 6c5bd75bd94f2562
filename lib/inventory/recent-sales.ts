import { sql } from 'kysely'
import { database } from '@/lib/database'

/** Seats sold less returned, of both tiers. */
export interface RecentSales {
  lastDay: number
  lastWeek: number
}

/** By city, of those that sold or took back anything within a week. */
export async function readRecentSales(): Promise<Map<string, RecentSales>> {
  // Index: inventory_transactions_by_time, one range for each city.
  const { rows } = await sql<RecentSales & { cityId: string }>`
    select c.id as "cityId", recent."lastDay", recent."lastWeek"
    from cities c
    cross join lateral (
      select coalesce(sum(t.sold_after - t.sold_before), 0)::int as "lastWeek",
        coalesce(sum(t.sold_after - t.sold_before)
          filter (where t.occurred_at > app_now() - interval '1 day'), 0)::int as "lastDay"
      from inventory_transactions t
      where t.city_id = c.id and t.occurred_at > app_now() - interval '7 days'
        and t.operation in ('decrement', 'restock')) recent
    where c.archived_at is null and recent."lastWeek" <> 0`.execute(database())
  return new Map(rows.map(({ cityId, lastDay, lastWeek }) => [cityId, { lastDay, lastWeek }]))
}
