import { expect, test } from 'vitest'
import { presentCityPage } from '@/app/presenters/console/city-page'
import { presentDashboard } from '@/app/presenters/console/dashboard'
import type { CityListQuery } from '@/lib/analytics/city-list'
import { noteTourSales } from '@/lib/analytics/tour-sales'
import { ledgerReads, recordedDatabase } from '@/tests/support/plans'
import type { Owner } from '@/tests/support/stories/owner'

/** How the console reads a ledger of many rows: by an index, whatever the page. */

const pool = 400

/** 80 cities of 400 sales in each tier: 64,000 rows, over 60 days. */
async function fill(owner: Owner): Promise<void> {
  await owner.query(`insert into cities (id, name, time_zone, starts_on, ends_on, sale_state)
    select 'city-' || n, 'City ' || n, 'America/Chicago', date '2026-01-01' + n, date '2026-01-02' + n, 'on_sale'
    from generate_series(1, 80) n`)
  await owner.query(`insert into inventory (city_id, tier, public_limit, actual_limit, sold, last_sequence)
    select id, tier, 500, 500, ${pool}, ${pool} from cities, unnest(array['ga', 'vip']) tier where id like 'city-%'`)
  await owner.query(`
    insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before, sold_after,
      public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, occurred_at, hash)
    select city_id, tier, n, 0, 'decrement', 1, n - 1, n, 500, 500, 500, 500,
      now() - interval '60 days' * (1 - n / ${pool}.0), sha256('x')
    from generate_series(1, ${pool}) n cross join (select city_id, tier from inventory where city_id like 'city-%') i
    order by n`)
  await owner.query(
    `update inventory set actual_limit = ${pool} + 2, public_limit = ${pool} where city_id in ('city-7', 'city-8')`,
  )
  await owner.query('vacuum analyze')
}

const database = recordedDatabase(fill)
const reads = (run: () => Promise<unknown>) => ledgerReads(database, run)

const everything: CityListQuery = { search: '', filter: 'all', order: 'date', page: 1 }

test.each<[string, Partial<CityListQuery>]>([
  ['the first page', {}],
  ['a later page', { page: 2 }],
  ['low stock', { filter: 'low' }],
  ['most sold first', { order: 'share' }],
  ['one city', { search: 'city 7' }],
])('the dashboard, %s', async (_, query) => {
  const how = await reads(() => presentDashboard({ ...everything, ...query }, new Date()))
  expect(how).not.toContain('Seq Scan')
  expect(how).toEqual(expect.arrayContaining(['over_time', 'pkey', 'sequence']))
})

test.each(['days', 'hours', 'all'] as const)('a city, by %s', async (range) => {
  const page = { range, mayOperate: true, now: new Date() }
  const how = await reads(() => presentCityPage('city-7', page))
  expect(how).not.toContain('Seq Scan')
  expect(how).toEqual(expect.arrayContaining(['by_people', 'over_time', 'page']))
})

test('noting what was sold up to an hour', async () => {
  const how = await reads(() => noteTourSales(database.recording.connection))
  expect(how).toEqual(['over_time', 'pkey'])
})
