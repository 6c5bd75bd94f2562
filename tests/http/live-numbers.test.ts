import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeDatabase } from '@/lib/database'
import { expandInventory } from '@/lib/inventory'
import { withoutChanceDigits } from '@/tests/support/chance-digits'
import { readEvents } from '../support/event-reader'
import { openShop } from '../support/open-shop'
import type { Shop } from '../support/shop'
import { until } from '../support/until'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
  process.env.DATABASE_URL = shop.database.appUrl
})

afterAll(async () => {
  await closeDatabase()
  await shop?.close()
})

async function order(tier: string, cityId: string): Promise<Response> {
  return fetch(`${shop.origin}/api/checkout-sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ cityId, tier, quantity: 1 }),
  })
}

async function hold(tier: string, cityId = 'dallas-jan-2026'): Promise<string> {
  const response = await order(tier, cityId)
  expect(response.status).toBe(201)
  const { data } = (await response.json()) as { data: { sessionId: string } }
  return data.sessionId
}

it('begins a stream with the whole answer and tells each change of it once, in every process', async () => {
  const [near, far, elsewhere] = await Promise.all([
    readEvents(`${shop.origin}/api/inventory/stream`),
    readEvents(`${shop.otherOrigin}/api/inventory/stream?cityId=dallas-jan-2026`),
    readEvents(`${shop.otherOrigin}/api/inventory/stream?cityId=sf-jun-2026`),
  ])
  expect((await near.next()).data).toHaveLength(6)
  expect((await far.next()).data).toMatchObject({
    cityId: 'dallas-jan-2026',
    publicAvailable: { ga: 35, vip: 15 },
  })
  await elsewhere.next()

  const sessionId = await hold('vip')
  const change = await far.next()
  expect(change.data).toMatchObject({ publicAvailable: { ga: 35, vip: 14 } })
  await hold('ga')
  expect((await far.next()).data).toMatchObject({ publicAvailable: { ga: 34, vip: 14 } })
  // The sale of a held seat changes no public number; nor does what happens in another city.
  await shop.standIn.control.pay(sessionId)
  await until(async () => (await shop.rows(`select 1 from inventory where sold = 1`)).length > 0)
  await hold('ga', 'sf-jun-2026')
  expect((await elsewhere.next()).data).toMatchObject({ cityId: 'sf-jun-2026', publicAvailable: { ga: 34 } })
  await hold('ga')
  expect((await far.next()).data).toMatchObject({ publicAvailable: { ga: 33, vip: 14 } })
  expect(elsewhere.raw().match(/^data:/gm)).toHaveLength(2)
  expect(far.raw().match(/^data:/gm)).toHaveLength(4)

  const same = await fetch(`${shop.origin}/api/inventory`)
  expect(((await same.json()) as { data: unknown }).data).toContainEqual(
    expect.objectContaining({ cityId: 'dallas-jan-2026', publicAvailable: { ga: 33, vip: 14 } }),
  )
  for (const reader of [near, far, elsewhere]) reader.close()
})

it('shows nothing of an expansion, not even its time', async () => {
  const stream = await readEvents(`${shop.origin}/api/inventory/stream`)
  await stream.next()
  const before = await askAll(aboutDallas)

  const expanded = await expandInventory('dallas-jan-2026', 'ga', 4_231, 'an admin')
  expect(expanded).toMatchObject({ success: true, newLimit: 4_266 })
  // A change elsewhere proves that the process has looked at the stock since.
  await shop.sql(`update inventory set sold = 1, public_changed_at = app_now()
    where city_id = 'sf-jun-2026' and tier = 'ga'`)
  await stream.next()

  expect(await askAll(aboutDallas)).toEqual(before)
  const said =
    JSON.stringify(await askAll([...aboutDallas, '/', '/_root.data', '/api/inventory'])) + stream.raw()
  expect(said).toContain('dallas-jan-2026')
  expect(withoutChanceDigits(said)).not.toMatch(
    /4231|4,231|4266|4,266|actualLimits|actualAvailable|isActualSoldOut/,
  )
  expect(stream.raw().match(/^data:/gm)).toHaveLength(2)
  stream.close()
})

it('shows seats as free as soon as it has said that none are held, for Stripe made no page', async () => {
  const stream = await readEvents(`${shop.origin}/api/inventory/stream?cityId=chicago-may-2026`)
  await stream.next()
  const fault = { match: 'POST /v1/checkout/sessions', kind: 'status', status: 400, times: 20 } as const
  await shop.standIn.control.fault(fault)
  for (let time = 0; time < fault.times; time++) {
    expect(await order('vip', 'chicago-may-2026')).toMatchObject({ status: 503 })
    const shown = await fetch(`${shop.origin}/api/inventory?cityId=chicago-may-2026`)
    expect(await shown.json()).toMatchObject({ data: { publicAvailable: { ga: 35, vip: 15 } } })
  }
  stream.close()
})

const aboutDallas = [
  '/cities/dallas-jan-2026',
  '/cities/dallas-jan-2026.data',
  '/api/inventory?cityId=dallas-jan-2026',
  '/api/inventory/dallas-jan-2026',
  '/api/inventory?cityId=dallas-jan-2026&validate=true&tier=ga&quantity=10',
  '/api/inventory?cityId=dallas-jan-2026&validate=true&tier=ga&quantity=11',
]

/** The answers of both processes, headers included, without what is new in every answer. */
async function askAll(paths: string[]): Promise<Record<string, string>> {
  const urls = [shop.origin, shop.otherOrigin].flatMap((origin) => paths.map((path) => origin + path))
  return Object.fromEntries(await Promise.all(urls.map(async (url) => [url, await bytesOf(url)] as const)))
}

async function bytesOf(url: string): Promise<string> {
  const response = await fetch(url)
  const headers = [...response.headers].filter(([name]) => !/^(date|x-request-id|set-cookie)$/.test(name))
  const bytes = `${response.status} ${JSON.stringify(headers)} ${await response.text()}`
  return bytes.replaceAll(/nonce(-|=\\?")[^'"]+/g, 'nonce').replaceAll(/"requestId":"[^"]+"/g, '"requestId"')
}
