import { beforeAll, expect, it } from 'vitest'
import { decrementInventory, expandInventory } from '@/lib/inventory'
import { readEvents } from '../support/event-reader'
import { callersSuite } from '../support/callers-suite'

/** What somebody with a role reads: all numbers, history in pages, totals. */

const city = 'dallas-jan-2026'

const { shop, callers } = callersSuite()
let viewer: Record<string, string>

beforeAll(async () => {
  viewer = await callers.session('viewer')
  for (let sale = 0; sale < 12; sale++) await decrementInventory(city, 'ga', 1, { sessionId: `cs_${sale}` })
  for (const spots of [3, 4, 5]) await expandInventory(city, 'vip', spots, 'Dana', `Plus ${spots}`)
})

async function read<Data>(path: string, headers = viewer): Promise<Data> {
  const response = await fetch(shop.origin + path, { headers })
  expect(response.headers.get('cache-control')).toBe('no-store')
  return ((await response.json()) as { data: Data }).data
}

const full = {
  cityId: city,
  publicLimits: { ga: 35, vip: 15 },
  actualLimits: { ga: 35, vip: 27 },
  sold: { ga: 12, vip: 0 },
  held: { ga: 0, vip: 0 },
  publicAvailable: { ga: 23, vip: 15 },
  actualAvailable: { ga: 23, vip: 27 },
  isPublicSoldOut: false,
  isActualSoldOut: false,
  lastUpdated: expect.any(String) as string,
}

it('sees all numbers where others see the public ones, by cookie and by token', async () => {
  for (const headers of [viewer, await callers.token('read')]) {
    const all = await read<unknown[]>('/api/inventory', headers)
    expect(all).toHaveLength(6)
    expect(all[0]).toEqual(full)
    expect(await read(`/api/inventory?cityId=${city}`, headers)).toEqual(full)
    expect(await read(`/api/inventory/${city}`, headers)).toEqual({ inventory: full })
  }
  const shown = await read<{ inventory: object }>(`/api/inventory/${city}?public=true`)
  expect(Object.keys(shown.inventory).toSorted()).toEqual([
    'cityId',
    'isPublicSoldOut',
    'lastUpdated',
    'publicAvailable',
    'publicLimits',
  ])
})

it('reads history newest first, page by page, each row once', async () => {
  interface Page {
    transactions: { id: string; operation: string; quantity: number; metadata?: object }[]
    transactionsCursor: string | null
  }
  const rows: Page['transactions'] = []
  let cursor: string | null = ''
  let pages = 0
  while (cursor !== null) {
    const query = `transactions=true&limit=7${cursor && `&cursor=${cursor}`}`
    const page: Page = await read<Page>(`/api/inventory/${city}?${query}`)
    rows.push(...page.transactions)
    cursor = page.transactionsCursor
    pages++
  }
  // 12 sales, 3 expansions, 2 openings.
  expect([rows.length, pages]).toEqual([17, 3])
  expect(new Set(rows.map(({ id }) => id)).size).toBe(17)
  expect(rows[0]).toMatchObject({
    operation: 'expand',
    quantity: 5,
    metadata: { adminUserId: 'Dana', reason: 'Plus 5' },
  })
  expect(rows[3]).toMatchObject({ operation: 'decrement', quantity: 1, metadata: { sessionId: 'cs_11' } })

  const both = await read<{ expansions: object[]; expansionsCursor: string; transactions?: object }>(
    `/api/inventory/${city}?expansions=true&limit=2`,
  )
  expect(both.expansions).toMatchObject([
    { additionalSpots: 5, previousLimit: 22, newLimit: 27, authorizedBy: 'Dana', reason: 'Plus 5' },
    { additionalSpots: 4, previousLimit: 18, newLimit: 22 },
  ])
  expect(both.transactions).toBeUndefined()
  const rest = await read<{ expansions: object[]; expansionsCursor: null }>(
    `/api/inventory/${city}?expansions=true&limit=2&expansionsCursor=${both.expansionsCursor}`,
  )
  expect(rest).toMatchObject({ expansions: [{ additionalSpots: 3 }], expansionsCursor: null })
})

it('sees an archived city, with its history; to visitors it is gone', async () => {
  const archived = 'sf-jun-2026'
  await shop.sql('update cities set archived_at = now() where id = $1', [archived])
  const inventory = expect.objectContaining({ cityId: archived, actualLimits: { ga: 35, vip: 15 } }) as object
  expect(await read(`/api/inventory?cityId=${archived}`)).toEqual(inventory)
  expect(await read(`/api/inventory/${archived}?transactions=true`)).toMatchObject({
    inventory,
    transactions: [{ operation: 'open' }, { operation: 'open' }],
  })
  const asked = async (query: string, headers: Record<string, string>) =>
    (await fetch(`${shop.origin}/api/inventory${query}`, { headers })).status
  for (const query of [`?cityId=${archived}`, `/${archived}`])
    await expect.poll(() => asked(query, {})).toBe(404)
  expect(await asked(`/${archived}?public=true`, viewer)).toBe(404)
  await shop.sql('update cities set archived_at = null where id = $1', [archived])
})

it.each(['transactions=true', 'expansions=true', 'transactions=true&public=true'])(
  'history (%s) is nobody else’s, not even whether the city exists',
  async (query) => {
    for (const cityId of [city, 'atlantis']) {
      const refused = await fetch(`${shop.origin}/api/inventory/${cityId}?${query}`)
      expect(refused.status).toBe(401)
      expect(await refused.text()).not.toContain('publicLimits')
    }
  },
)

it('refuses a cursor that it did not write', async () => {
  for (const [path, field] of [
    [`inventory/${city}?transactions=true&cursor=x`, 'cursor'],
    [`inventory/${city}?expansions=true&expansionsCursor=MTIz`, 'expansionsCursor'],
    ['admin/inventory?cursor=x', 'cursor'],
  ]) {
    const refused = await fetch(`${shop.origin}/api/${path}`, { headers: viewer })
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { error: `${field} is no place in this list`, data: { field } },
    ])
  }
})

it('gets the next page though the last city of the one before was archived meanwhile', async () => {
  interface Page {
    inventories: { cityId: string }[]
    nextCursor: string | null
  }
  const archive = (at: string) =>
    shop.sql(`update cities set archived_at = ${at} where id = 'atlanta-feb-2026'`)
  const first = await read<Page>('/api/admin/inventory?limit=2')
  await archive('now()')
  const rest = await read<Page>(`/api/admin/inventory?cursor=${first.nextCursor}`)
  await archive('null')
  expect(first.inventories.map(({ cityId }) => cityId)).toEqual(['dallas-jan-2026', 'atlanta-feb-2026'])
  expect(rest.inventories.map(({ cityId }) => cityId)).toEqual([
    'vegas-mar-2026',
    'nyc-apr-2026',
    'chicago-may-2026',
    'sf-jun-2026',
  ])
})

it('gets totals, all cities in pages, analytics and the alerts’ settings', async () => {
  interface Overview {
    inventories: { cityId: string }[]
    nextCursor: string | null
    summary: object
    analytics?: { sellThrough: object; cities: object[] }
    alerts?: { thresholds: object[]; recipients: object }
  }
  const first = await read<Overview>('/api/admin/inventory?limit=4')
  const second = await read<Overview>(`/api/admin/inventory?limit=4&cursor=${first.nextCursor}`)
  expect([...first.inventories, ...second.inventories].map(({ cityId }) => cityId)).toEqual([
    'dallas-jan-2026',
    'atlanta-feb-2026',
    'vegas-mar-2026',
    'nyc-apr-2026',
    'chicago-may-2026',
    'sf-jun-2026',
  ])
  expect([second.nextCursor, first.analytics, first.alerts]).toEqual([null, undefined, undefined])
  expect(first.summary).toEqual({
    totalCities: 6,
    publicSoldOutCities: 0,
    actualSoldOutCities: 0,
    expandedCities: 1,
    publicLimits: { ga: 210, vip: 90 },
    actualLimits: { ga: 210, vip: 102 },
    sold: { ga: 12, vip: 0 },
    held: { ga: 0, vip: 0 },
    publicAvailable: { ga: 198, vip: 90 },
    actualAvailable: { ga: 198, vip: 102 },
  })
  const { analytics, alerts } = await read<Overview>('/api/admin/inventory?analytics=true&alerts=true')
  expect(analytics?.sellThrough).toEqual({ ga: 0.0571, vip: 0, all: 0.0385 })
  expect(analytics?.cities[0]).toEqual({
    cityId: city,
    sellThrough: { ga: 0.3429, vip: 0, all: 0.1935 },
    soldLastDay: 12,
    soldLastWeek: 12,
  })
  expect(alerts?.thresholds).toHaveLength(11)
  expect(alerts?.recipients).toEqual({ slack: 0, email: 0, sms: 0 })
})

it('takes along who has a seat', async () => {
  const answer = await fetch(`${shop.origin}/admin/cities/${city}/buyers.csv`, { headers: viewer })
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="buyers-${city}.csv"`)
  expect(answer.headers.get('cache-control')).toContain('no-store')
  const lines = (await answer.text()).trim().split('\r\n')
  expect(lines).toHaveLength(13)
  expect(lines.at(-1)).toMatch(/^,ga,1,0,,0,,.+Z,cs_11,cs_11$/)
})

it('hears of a hidden change in every process, where others hear nothing', async () => {
  const token = await callers.token('read')
  const streams = await Promise.all(
    [shop.origin, shop.otherOrigin].map((origin) =>
      readEvents(`${origin}/api/admin/inventory/stream`, token),
    ),
  )
  const everybody = await readEvents(`${shop.origin}/api/inventory/stream`)
  await Promise.all([...streams, everybody].map((stream) => stream.next()))
  await expandInventory(city, 'ga', 2, 'Dana')
  for (const stream of streams) {
    const { data } = await stream.next()
    expect((data as object[])[0]).toMatchObject({ actualLimits: { ga: 37, vip: 27 } })
  }
  // A change that everybody may see comes as the next thing that they hear.
  await decrementInventory('sf-jun-2026', 'ga', 1, { sessionId: 'cs_sf' })
  expect((await everybody.next()).data).toContainEqual(
    expect.objectContaining({ cityId: 'sf-jun-2026', publicAvailable: { ga: 34, vip: 15 } }),
  )
  expect(everybody.raw().match(/^data:/gm)).toHaveLength(2)
  for (const stream of [...streams, everybody]) stream.close()
})
