import { expect, test } from 'vitest'
import { presentCitiesSettings } from '@/app/presenters/console/city-settings'
import { database } from '@/lib/database'
import { archiveCity, createCity, detailsVersion, editCity, restoreCity } from '@/lib/cities/admin-cities'
import { type NewCity, newCity } from '@/lib/cities/city-input'
import { getCityById } from '@/lib/cities'
import { readCityForAdmins } from '@/lib/cities/read-admin-cities'
import { checkInventoryStatus, getInventoryTransactions, reserveInventory } from '@/lib/inventory'
import { somebody } from '@/tests/support/accounts'
import { cities } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

storyDatabase()

const given = {
  id: 'austin-jul-2026',
  saleState: 'on_sale',
  publicLimits: { ga: '20', vip: '0' },
  details: {
    name: ' Austin ',
    venue: 'The Hall',
    address: '',
    timeZone: 'America/Chicago',
    startsOn: '2026-07-10',
    endsOn: '2026-07-11',
    holdMinutes: '15',
    prices: {
      ga: { amountCents: '1,000.50', currency: 'USD', stripePriceId: '' },
      vip: { amountCents: '1500', currency: 'usd', stripePriceId: 'price_1Abc' },
    },
  },
}

function aCity(id: string): NewCity {
  return newCity.parse({ ...given, id })
}

async function audits(target: string) {
  return database()
    .selectFrom('admin_audit')
    .select(['action', 'outcome', 'code', 'actor_label'])
    .where('target', '=', target)
    .orderBy('id')
    .execute()
}

test('a city with its prices and its stock, on the lists at once', async () => {
  expect(await createCity(aCity('austin-jul-2026'), somebody)).toEqual({ ok: true, value: null })
  expect(await getCityById('austin-jul-2026')).toMatchObject({
    name: 'Austin',
    saleState: 'on_sale',
    startsOn: '2026-07-10',
    prices: {
      ga: { amountCents: 100_050, currency: 'usd', stripePriceId: null },
      vip: { amountCents: 150_000, currency: 'usd', stripePriceId: 'price_1Abc' },
    },
  })
  expect(await checkInventoryStatus('austin-jul-2026')).toMatchObject({
    publicLimits: { ga: 20, vip: 0 },
    actualLimits: { ga: 20, vip: 0 },
  })
  const ledger = await getInventoryTransactions('austin-jul-2026')
  expect(ledger.map(({ operation, quantity }) => [operation, quantity]).sort()).toEqual([
    ['open', 0],
    ['open', 20],
  ])
  expect(await audits('austin-jul-2026')).toEqual([
    { action: 'city.create', outcome: 'applied', code: null, actor_label: 'tests' },
  ])
})

test('an id is taken once, also by two at the same time', async () => {
  const results = await Promise.all([1, 2].map(() => createCity(aCity('twice'), somebody)))
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  expect(results.filter(({ ok }) => !ok)).toEqual([{ ok: false, code: 'id_taken' }])
  expect(await getInventoryTransactions('twice')).toHaveLength(2)
})

test('an edit is seen; one that is based on older details is refused', async () => {
  await createCity(aCity('edited'), somebody)
  const { details } = aCity('edited')
  const version = detailsVersion(details)
  const later = { ...details, startsOn: '2026-08-01', endsOn: '2026-08-02', holdMinutes: 30 }
  expect(await editCity('edited', later, version, somebody)).toEqual({ ok: true, value: null })
  expect(await editCity('edited', { ...details, name: 'Lost' }, version, somebody)).toEqual({
    ok: false,
    code: 'changed_meanwhile',
  })
  expect(await editCity('edited', later, detailsVersion(later), somebody)).toEqual({
    ok: false,
    code: 'unchanged',
  })
  expect(await editCity('nowhere', later, version, somebody)).toEqual({ ok: false, code: 'unknown_city' })
  expect(await readCityForAdmins('edited')).toMatchObject({ details: later })
  expect((await audits('edited')).map(({ action, code }) => [action, code])).toEqual([
    ['city.create', null],
    ['city.edit', null],
    ['city.edit', 'changed_meanwhile'],
    ['city.edit', 'unchanged'],
  ])
})

test('the settings list cities in order of date, the archived ones last', async () => {
  await createCity(
    newCity.parse({ ...given, id: 'early', details: { ...given.details, startsOn: '2020-01-01' } }),
    somebody,
  )
  await createCity(
    newCity.parse({ ...given, id: 'older', details: { ...given.details, startsOn: '2019-01-01' } }),
    somebody,
  )
  await archiveCity('older', somebody)
  const ids = (await presentCitiesSettings({ search: '', page: 1 })).rows.map(({ id }) => id)
  expect(ids[0]).toBe('early')
  expect(ids.at(-1)).toBe('older')
})

test('many cities come in pages, of those that are looked for by name or id', async () => {
  const ids = (await cities(101)).toSorted()
  const shown = async (page: number) => {
    const { rows, ...counts } = await presentCitiesSettings({ search: ' CITY-', page })
    return [rows.map(({ id }) => id), counts]
  }
  expect(await shown(1)).toEqual([ids.slice(0, 50), { found: 101, page: 1, pages: 3 }])
  expect(await shown(3)).toEqual([ids.slice(100), { found: 101, page: 3, pages: 3 }])
  expect(await shown(9)).toEqual(await shown(3))
  const last = ids.at(-1) ?? ''
  await archiveCity(last, somebody)
  expect(await presentCitiesSettings({ search: last.toUpperCase(), page: 1 })).toMatchObject({
    rows: [
      {
        id: last,
        name: last,
        saleState: 'on_sale',
        isArchived: true,
        prices: '$1,000 / $1,500',
        limits: '35 / 15',
      },
    ],
    found: 1,
    page: 1,
    pages: 1,
  })
  expect(await presentCitiesSettings({ search: 'york', page: 1 })).toMatchObject({
    rows: [{ id: 'nyc-apr-2026' }],
  })
  expect(await presentCitiesSettings({ search: 'no such place', page: 2 })).toEqual({
    rows: [],
    found: 0,
    page: 1,
    pages: 1,
  })
})

test('an archived city takes no holds and is on no list, until it is brought back', async () => {
  await createCity(aCity('gone'), somebody)
  expect(await archiveCity('gone', somebody)).toEqual({ ok: true, value: null })
  expect(await archiveCity('gone', somebody)).toEqual({ ok: false, code: 'unchanged' })
  expect(await getCityById('gone')).toBeNull()
  expect(await reserveInventory('gone', 'ga', 1, 'r-gone')).toMatchObject({ success: false })
  expect(await restoreCity('gone', somebody)).toEqual({ ok: true, value: null })
  expect(await reserveInventory('gone', 'ga', 1, 'r-back')).toMatchObject({ success: true })
  expect(await archiveCity('No such id', somebody)).toEqual({ ok: false, code: 'unknown_city' })
})

test.each([
  ['id', { id: 'Austin July' }],
  ['id', { id: 'a'.repeat(65) }],
  ['saleState', { saleState: 'soon' }],
  ['publicLimits.ga', { publicLimits: { ga: '-1', vip: '0' } }],
  ['publicLimits.ga', { publicLimits: { ga: '1.5', vip: '0' } }],
  ['details.name', { details: { ...given.details, name: ' ' } }],
  ['details.name', { details: { ...given.details, name: 'a\0b' } }],
  ['details.timeZone', { details: { ...given.details, timeZone: 'Mars/Olympus' } }],
  ['details.startsOn', { details: { ...given.details, startsOn: '2026-02-30' } }],
  ['details.endsOn', { details: { ...given.details, endsOn: '2026-07-09' } }],
  ['details.holdMinutes', { details: { ...given.details, holdMinutes: '4' } }],
  ['details.prices.ga.amountCents', withGa({ amountCents: '1e3' })],
  ['details.prices.ga.amountCents', withGa({ amountCents: '1000000' })],
  ['details.prices.ga.currency', withGa({ currency: 'dollars' })],
  ['details.prices.ga.stripePriceId', withGa({ stripePriceId: 'prod_1' })],
])('%s is refused in words: %j', (path, change) => {
  const read = newCity.safeParse({ ...given, ...change })
  expect(read.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path])
})

function withGa(change: Record<string, string>) {
  const { details } = given
  return { details: { ...details, prices: { ...details.prices, ga: { ...details.prices.ga, ...change } } } }
}
