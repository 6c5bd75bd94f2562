import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { presentBulkChoice } from '@/app/presenters/console/bulk-choice'
import { presentCityPage } from '@/app/presenters/console/city-page'
import { presentDashboard } from '@/app/presenters/console/dashboard'
import { readCity } from '@/lib/analytics/cities'
import { readHistory } from '@/lib/analytics/history'
import { readTourSales } from '@/lib/analytics/tour-sales'
import { database } from '@/lib/database'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

/** Node and PostgreSQL each have a list of time zones, and no release keeps the two the same. */

storyDatabase()

async function aCityIn(timeZone: string): Promise<string> {
  const cityId = await aCity()
  await database().updateTable('cities').set({ time_zone: timeZone }).where('id', '=', cityId).execute()
  return cityId
}

/** The zone as PostgreSQL is told to read it. */
async function read(timeZone: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`select known_zone(${timeZone}) as name`.execute(database())
  return rows[0]?.name
}

describe('a city in a zone that PostgreSQL does not know', () => {
  test('leaves the dashboard and the choice of cities up', async () => {
    const [odd, other] = [await aCityIn('AET'), await aCityIn('America/Chicago')]
    const page = await presentDashboard({ search: '', filter: 'all', order: 'date', page: 1 }, new Date())
    expect(page.list.rows.map(({ id }) => id)).toEqual(expect.arrayContaining([odd, other]))
    const choice = await presentBulkChoice({ search: null, show: null, chosen: [], isAllChosen: false })
    expect(choice.cities.map(({ id }) => id)).toEqual(expect.arrayContaining([odd, other]))
  })

  test.each(['days', 'hours', 'all'] as const)('has a page of its own, with its %s', async (range) => {
    const cityId = await aCityIn('AET')
    const page = await presentCityPage(cityId, { range, mayOperate: true, now: new Date() })
    expect(page?.city).toMatchObject({ id: cityId, isPast: true })
  })

  test('has its days in UTC', async () => {
    const cityId = await aCityIn('AET')
    const [ga] = await readHistory([cityId], { step: 'day', count: 2 })
    const days = await readTourSales('AET')
    for (const { from } of [...(ga?.periods ?? []), ...days.ga])
      expect(from.toISOString()).toContain('T00:00:00')
    expect(await readCity(cityId)).toMatchObject({ timeZone: 'AET' })
  })
})

test.each(['AET', 'Mars/Olympus', 'posix/America/Chicago', '+0500', '', 'BC'])(
  'PostgreSQL reads %j as UTC',
  async (name) => {
    expect(await read(name)).toBe('UTC')
  },
)

test('PostgreSQL knows every zone that Node lists', async () => {
  const zones = ['UTC', 'america/chicago', 'US/Central', 'Etc/GMT+5', ...Intl.supportedValuesOf('timeZone')]
  expect(await Promise.all(zones.map(read))).toEqual(zones)
})
