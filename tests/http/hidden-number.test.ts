import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { closeDatabase } from '@/lib/database'
import { decrementInventory, expandInventory, reserveInventory } from '@/lib/inventory'
import { execute } from '@/lib/inventory/execute'
import { stopQueueSender } from '@/lib/queues/send'
import { withoutChanceDigits } from '@/tests/support/chance-digits'
import { crawl, type Answers, type VisitorRequest } from '@/tests/support/crawl'
import { readEvents, type EventReader } from '@/tests/support/event-reader'
import { openShop } from '@/tests/support/open-shop'
import type { Shop } from '@/tests/support/shop'
import { until } from '@/tests/support/until'

/**
 * Hidden seats are 4,231 more of each tier. Of cities that sell them by private links only, or that are not on sale,
 * nothing may change; of those that sell them openly, nothing while there are enough public seats, and never a number.
 */
const fresh = 'dallas-jan-2026'
const fewLeft = 'atlanta-feb-2026'
const soldOut = 'vegas-mar-2026'
const soldOutButOpen = 'nyc-apr-2026'
const paused = 'chicago-may-2026'
const upcoming = 'austin-jul-2026'
const closed = 'denver-aug-2026'
const elsewhere = 'sf-jun-2026'
/** Where nothing may tell of an expansion. */
const silent = [fresh, fewLeft, soldOut, paused, upcoming, closed]

const hidden = /4,?231|4,?266|4,?246|4,?235|actualLimits|actualAvailable|isActualSoldOut/

let shop: Shop
let requests: VisitorRequest[]
let streams: EventReader[] = []

beforeAll(async () => {
  shop = await openShop()
  process.env.DATABASE_URL = shop.database.appUrl
  await shop.sql(`update inventory set hidden_sale = 'private' where city_id = any($1)`, [[fewLeft, soldOut]])
  await sell(fewLeft, 'ga', 31)
  for (const cityId of [upcoming, closed]) await openCity(cityId)
  for (const cityId of [soldOut, soldOutButOpen, paused, upcoming, closed]) {
    await sell(cityId, 'ga', 35)
    await sell(cityId, 'vip', 15)
  }
  for (const [cityId, saleState] of Object.entries({
    [paused]: 'paused',
    [upcoming]: 'upcoming',
    [closed]: 'closed',
  }))
    await shop.sql('update cities set sale_state = $1 where id = $2', [saleState, cityId])
  requests = [...everywhere, ...silent.flatMap(aboutCity), ...(await asHolder())]
})

afterAll(async () => {
  for (const stream of streams) stream.close()
  await stopQueueSender()
  await closeDatabase()
  await shop?.close()
})

test('an expansion by 4,231 changes no byte of what a visitor can get', async () => {
  await leaveOverdue()
  streams = await Promise.all(shop.webs.map(({ origin }) => readEvents(`${origin}/api/inventory/stream`)))
  await numbersReadAgain(streams)
  const before = await crawlAll()
  const heard = streams.map((stream) => stream.raw())

  for (const cityId of silent) await expand(cityId)
  await numbersReadAgain(streams)
  const after = await crawlAll()

  for (const [index, answers] of after.entries()) {
    expect(answers.size).toBeGreaterThan(150)
    // The console's scripts were among them.
    expect([...answers.keys()].some((name) => name.includes('/assets/bulk-'))).toBe(true)
    expect(changes(before[index] ?? new Map(), answers)).toEqual([])
    expect(telling(answers)).toEqual([])
  }
  for (const [index, stream] of streams.entries()) {
    // The change elsewhere and its undoing, and nothing else but the stream's own beats.
    const since = stream.raw().slice(heard[index]?.length)
    expect(since.replaceAll('event: beat\ndata: {}\n', '').match(/^data:/gm)).toHaveLength(2)
    expect(stream.raw()).not.toMatch(hidden)
  }
})

test('a city that sells hidden seats openly says that there are last seats, and never how many', async () => {
  await expand(soldOutButOpen)
  for (const { origin } of shop.webs) {
    await until(async () => {
      const response = await fetch(`${origin}/cities/${soldOutButOpen}`)
      return (await response.text()).includes('last seats')
    })
    expect(telling(await crawl(origin, [...everywhere, ...aboutCity(soldOutButOpen)]))).toEqual([])
  }
})

/** One more city on sale, with as many public seats as the others. */
async function openCity(cityId: string): Promise<void> {
  await shop.sql(
    `insert into cities (id, name, time_zone, starts_on, ends_on) values ($1, $1, 'UTC', '2026-08-01', '2026-08-02')`,
    [cityId],
  )
  await shop.sql(
    `insert into prices (city_id, tier, amount_cents) values ($1, 'ga', 100000), ($1, 'vip', 150000)`,
    [cityId],
  )
  const pool = { type: 'open-city', cityId, authority: { actor: 'test' } } as const
  await execute([[{ ...pool, tier: 'ga', publicLimit: 35 }], [{ ...pool, tier: 'vip', publicLimit: 15 }]])
}

async function sell(cityId: string, tier: string, quantity: number): Promise<void> {
  expect(
    await decrementInventory(cityId, tier, quantity, { sessionId: sessionOf(cityId, tier) }),
  ).toMatchObject({
    success: true,
  })
}

/** Holds that readers no longer count, and that only the expansion writes off. */
async function leaveOverdue(): Promise<void> {
  for (const [cityId, tier] of [
    [fresh, 'ga'],
    [fresh, 'vip'],
    [fewLeft, 'ga'],
  ] as const) {
    const id = `overdue-${cityId}-${tier}`
    expect(await reserveInventory(cityId, tier, 2, id)).toMatchObject({ success: true })
    await shop.sql(`update reservations set lapses_at = app_now() where id = $1`, [id])
  }
}

async function expand(cityId: string): Promise<void> {
  expect(await expandInventory(cityId, 'ga', 4_231, 'an admin')).toEqual({ success: true, newLimit: 4_266 })
  expect(await expandInventory(cityId, 'vip', 4_231, 'an admin')).toEqual({ success: true, newLimit: 4_246 })
}

function crawlAll(): Promise<Answers[]> {
  return Promise.all(shop.webs.map(({ origin }) => crawl(origin, requests)))
}

/** A change elsewhere, and its undoing, have reached every web process: so has all before them. */
async function numbersReadAgain(streams: readonly EventReader[]): Promise<void> {
  for (const sold of [1, 0]) {
    await shop.sql(`update inventory set sold = $1 where city_id = $2 and tier = 'ga'`, [sold, elsewhere])
    for (const stream of streams) {
      while (seatsElsewhere((await stream.next()).data) !== 35 - sold);
    }
  }
}

function seatsElsewhere(data: unknown): number | undefined {
  return stockOfAll.parse(data).find(({ cityId }) => cityId === elsewhere)?.publicAvailable.ga
}

const stockOfAll = z.array(z.object({ cityId: z.string(), publicAvailable: z.object({ ga: z.number() }) }))

function changes(before: Answers, after: Answers): unknown[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].flatMap((name) =>
    before.get(name) === after.get(name) ? [] : [{ name, before: before.get(name), after: after.get(name) }],
  )
}

/** Answers that hold a hidden number or name one. */
function telling(answers: Answers): string[] {
  return [...answers].flatMap(([name, bytes]) => (hidden.test(withoutChanceDigits(bytes)) ? [name] : []))
}

const everywhere: VisitorRequest[] = [
  ...['/', '/nowhere', '/favicon.svg', '/robots.txt', '/healthz', '/readyz', '/metrics'],
  ...['/api/inventory', '/api/inventory/stream', '/api/nowhere', '/api/openapi.json', '/api/docs'],
  ...['/api/admin/inventory?analytics=true&alerts=true', '/api/admin/inventory/stream', '/admin'],
  ...[
    '/sign-in',
    '/sign-in/second-factor',
    '/api/docs/assets/swagger-ui-bundle.js',
    '/server/index.js',
    '/web.js.map',
  ],
  ...['/checkout/success', '/checkout/success?session_id=cs_unknown', '/checkout/cancelled'],
].map((path) => ({ path }))

/** Everything about one city, but what would hold seats. */
function aboutCity(cityId: string): VisitorRequest[] {
  const city = `cityId=${cityId}`
  const quantities = ['0', '1', '4', '5', '10', '11', '36', '4000', '5000', 'many']
  const validations = ['ga', 'VIP', 'balcony'].flatMap((tier) =>
    quantities.map((quantity) => `/api/inventory?${city}&validate=true&tier=${tier}&quantity=${quantity}`),
  )
  const lists = ['', '?public=true', '?transactions=true', '?expansions=true']
  const reads = [
    `/cities/${cityId}`,
    `/api/inventory?${city}`,
    `/api/inventory/stream?${city}`,
    `/checkout/cancelled?city=${cityId}`,
    `/checkout/success?session_id=${sessionOf(cityId, 'ga')}`,
    ...lists.map((query) => `/api/inventory/${cityId}${query}`),
    ...validations,
  ].map((path) => ({ path }))
  const refused = [
    { tier: 'balcony', quantity: 1 },
    { tier: 'ga', quantity: 0 },
    { tier: 'ga', quantity: 4_000 },
    { tier: 'ga', quantity: 1, email: 'nobody' },
    ...(cityId === fewLeft ? [5, 10].map((quantity) => ({ tier: 'ga', quantity })) : []),
    ...([soldOut, paused, upcoming, closed].includes(cityId)
      ? ['ga', 'vip'].map((tier) => ({ tier, quantity: 1 }))
      : []),
  ]
  const orders = refused.flatMap((order) => [
    post('/api/checkout-sessions', { cityId, ...order }),
    ...[`/cities/${cityId}`, `/cities/${cityId}.data`].map((path) => postForm(path, order)),
  ])
  const authorizedBy = 'a visitor'
  const forbidden = [
    post('/api/inventory', { cityId, tier: 'ga', additionalSpots: 1, authorizedBy }),
    { ...post('/api/inventory', { cityId, authorizedBy, reason: 'none' }), method: 'DELETE' },
    post('/api/admin/inventory', { operation: 'expand', data: { cities: [cityId] }, authorizedBy }),
    post('/api/webhooks/stripe', { id: 'evt_1' }),
  ]
  return [...reads, ...orders, ...forbidden]
}

function sessionOf(cityId: string, tier: string): string {
  return `cs_${cityId.replaceAll('-', '_')}_${tier}`
}

/** A visitor who has seats in a checkout. */
async function asHolder(): Promise<VisitorRequest[]> {
  const { origin } = shop.webs[0]
  const page = await fetch(`${origin}/cities/${fresh}`)
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? ''
  const order = { tier: 'ga', quantity: '2', email: '' }
  const { status } = await fetch(`${origin}/cities/${fresh}`, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams(order),
    redirect: 'manual',
  })
  expect(status).toBe(303)
  return [{ path: `/cities/${fresh}`, headers: { cookie } }]
}

function post(path: string, body: unknown): VisitorRequest {
  const headers = { 'content-type': 'application/json' }
  return { path, method: 'POST', headers, body: JSON.stringify(body) }
}

function postForm(path: string, order: Record<string, unknown>): VisitorRequest {
  const fields = Object.entries(order).map(([name, value]) => [name, String(value)])
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { path, method: 'POST', headers, body: new URLSearchParams(fields).toString() }
}
