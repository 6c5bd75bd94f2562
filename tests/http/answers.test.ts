import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aBrowser } from '../support/plain-browser'
import { openShop } from '../support/open-shop'
import type { Shop } from '../support/shop'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
  await shop.sql(`update inventory set sold = 31 where city_id = 'chicago-may-2026' and tier = 'ga'`)
  // Three seats that are shown and five hidden ones: sold to everybody in Chicago, by private links alone in New York.
  await shop.sql(
    `update inventory set sold = 12, actual_limit = 20 where city_id = 'chicago-may-2026' and tier = 'vip'`,
  )
  await shop.sql(`update inventory set sold = 12, actual_limit = 20, hidden_sale = 'private'
    where city_id = 'nyc-apr-2026' and tier = 'vip'`)
  await shop.sql(`update cities set sale_state = 'paused' where id = 'sf-jun-2026'`)
})

afterAll(() => shop?.close())

interface Answer {
  status: number
  headers: Headers
  body: {
    success: boolean
    data?: Record<string, unknown>
    error?: string
    code?: string
    requestId?: string
  }
}

async function ask(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(shop.origin + path, { redirect: 'manual', ...init })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (text ? JSON.parse(text) : {}) as Answer['body'],
  }
}

const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: typeof value === 'string' ? value : JSON.stringify(value),
})

describe('every answer', () => {
  it.each(['/', '/cities/dallas-jan-2026', '/healthz', '/no-such-page', '/favicon.svg', '/api/docs'])(
    '%s carries the security headers and an id of its own',
    async (path) => {
      const one = await fetch(shop.origin + path, { headers: { 'X-Request-Id': 'from-outside' } })
      const two = await fetch(shop.origin + path)
      await Promise.all([one.text(), two.text()])
      for (const { headers } of [one, two]) {
        expect(headers.get('content-security-policy')).toMatch(
          /^default-src 'none'; script-src 'self' 'nonce-/,
        )
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('x-powered-by')).toBeNull()
        expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      }
      expect(one.headers.get('x-request-id')).not.toBe(two.headers.get('x-request-id'))
      expect(one.headers.get('content-security-policy')).not.toBe(two.headers.get('content-security-policy'))
    },
  )

  it('of an asset may be kept for ever, and there are no source maps', async () => {
    const page = await (await fetch(shop.origin)).text()
    const script = /\/assets\/entry\.client-[\w-]+\.js/.exec(page)?.[0] ?? ''
    const asset = await fetch(shop.origin + script)
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(await asset.text()).not.toContain('sourceMappingURL')
    expect((await fetch(`${shop.origin}${script}.map`)).status).toBe(404)
  })
})

describe('GET /api/inventory', () => {
  const dallas = {
    cityId: 'dallas-jan-2026',
    publicLimits: { ga: 35, vip: 15 },
    publicAvailable: { ga: 35, vip: 15 },
    isPublicSoldOut: false,
    lastUpdated: expect.any(String) as string,
  }

  it('gives the public fields of all cities, of one, and of one by its path', async () => {
    const all = await ask('/api/inventory')
    expect(all.body.data).toHaveLength(6)
    expect(all.body.data).toContainEqual(dallas)
    expect((await ask('/api/inventory?cityId=dallas-jan-2026')).body).toEqual({ success: true, data: dallas })
    expect((await ask('/api/inventory/dallas-jan-2026?public=true')).body.data).toEqual({ inventory: dallas })
  })

  it.each([
    '/api/inventory?cityId=atlantis',
    '/api/inventory/atlantis',
    '/api/inventory/stream?cityId=atlantis',
  ])('%s: there is no such city', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: { success: false, code: 'unknown_city' } })
  })

  it.each([
    ['dallas-jan-2026', 'GA', '2', { valid: true, available: 35 }],
    ['chicago-may-2026', ' ga', '4', { valid: true, available: 4 }],
    [
      'chicago-may-2026',
      'ga',
      '5',
      { valid: false, available: 4, error: 'Only 4 GA tickets available, but 5 requested' },
    ],
    ['chicago-may-2026', 'vip', '2', { valid: true, available: 3 }],
    ['chicago-may-2026', 'vip', '8', { valid: true, available: 8 }],
    [
      'chicago-may-2026',
      'vip',
      '9',
      { valid: false, available: 3, error: 'Only 3 VIP tickets available, but 9 requested' },
    ],
    ['nyc-apr-2026', 'vip', '3', { valid: true, available: 3 }],
    [
      'nyc-apr-2026',
      'vip',
      '4',
      { valid: false, available: 3, error: 'Only 3 VIP tickets available, but 4 requested' },
    ],
    ['sf-jun-2026', 'ga', '1', { valid: false, available: 35, error: 'San Francisco is not on sale' }],
  ])('validates: %s %s %s', async (cityId, tier, quantity, data) => {
    const query = new URLSearchParams({ cityId, tier, quantity, validate: 'true' })
    expect((await ask(`/api/inventory?${query.toString()}`)).body).toEqual({ success: true, data })
  })

  it.each(['0', '-1', '1.5', '2abc', '1e1', '0x10', '٣', '', '11', '9007199254740993'])(
    'refuses to validate a quantity of "%s"',
    async (quantity) => {
      const query = new URLSearchParams({ cityId: 'dallas-jan-2026', tier: 'ga', quantity, validate: 'true' })
      expect(await ask(`/api/inventory?${query.toString()}`)).toMatchObject({
        status: 422,
        body: { code: 'invalid' },
      })
    },
  )
})

describe('POST /api/checkout-sessions', () => {
  const order = { cityId: 'dallas-jan-2026', tier: 'ga', quantity: 2 }

  it('holds seats, makes the page to pay on, and knows the caller again by the hold token', async () => {
    const first = await ask('/api/checkout-sessions', json({ ...order, email: 'ada@example.com' }))
    expect(first.status).toBe(201)
    const data = first.body.data ?? {}
    expect(data).toEqual({
      sessionId: expect.stringMatching(/^cs_/) as string,
      url: expect.stringContaining(shop.standIn.url) as string,
      expiresAt: expect.any(String) as string,
      reservationId: expect.any(String) as string,
      holdToken: expect.any(String) as string,
    })
    // The change that this process made itself shows at once.
    expect((await ask('/api/inventory?cityId=dallas-jan-2026')).body.data?.publicAvailable).toEqual({
      ga: 33,
      vip: 15,
    })

    const again = await ask(
      '/api/checkout-sessions',
      json({ ...order, email: 'ada@example.com', holdToken: data.holdToken }),
    )
    expect(again.body.data).toEqual(data)
  })

  it('names the public number, and no other, when there are too few seats', async () => {
    const refused = await ask(
      '/api/checkout-sessions',
      json({ cityId: 'chicago-may-2026', ticketType: 'GA', quantity: 5 }),
    )
    expect(refused).toMatchObject({
      status: 409,
      body: {
        success: false,
        code: 'insufficient_stock',
        error: 'Only 4 GA tickets available, but 5 requested',
        data: { available: 4 },
      },
    })
  })

  it('takes both names of one ticket, and no two tickets', async () => {
    const both = { ...order, tier: ' Ga', ticketType: 'GA' }
    expect(await ask('/api/checkout-sessions', json(both))).toMatchObject({ status: 201 })
    expect(await ask('/api/checkout-sessions', json({ ...order, ticketType: 'vip' }))).toMatchObject({
      status: 422,
      body: {
        code: 'invalid',
        error: 'tier and ticketType name different tickets',
        data: { field: 'ticketType' },
      },
    })
  })

  it.each([
    [{ ...order, tier: 'G A' }, 422, 'invalid'],
    [{ ...order, quantity: 11 }, 422, 'invalid'],
    [{ ...order, quantity: null }, 422, 'invalid'],
    [{ ...order, email: 'nobody' }, 422, 'invalid'],
    [{ ...order, cityId: 7 }, 422, 'invalid'],
    [{ ...order, cityId: 'x'.repeat(5_000) }, 422, 'invalid'],
    [{ ...order, cityId: '../x' }, 404, 'unknown_city'],
    [{ ...order, cityId: 'sf-jun-2026' }, 409, 'not_on_sale'],
    [[order], 422, 'invalid'],
    ['{', 400, 'malformed'],
  ])('refuses %j with %i', async (body, status, code) => {
    expect(await ask('/api/checkout-sessions', json(body))).toMatchObject({
      status,
      body: { success: false, code },
    })
  })

  it('takes JSON only', async () => {
    const form = { method: 'POST', body: new URLSearchParams({ tier: 'ga' }) }
    expect(await ask('/api/checkout-sessions', form)).toMatchObject({ status: 415 })
  })
})

describe('an order by the form of a page', () => {
  it('is not led to a smaller one of a tier that cannot be chosen any more', async () => {
    await shop.sql(`update inventory set sold = public_limit, actual_limit = public_limit, public_changed_at = app_now()
      where city_id = 'nyc-apr-2026' and tier = 'ga'`)
    const order = { tier: 'ga', quantity: '2', email: '' }
    const refused = await aBrowser(shop.origin).post('/cities/nyc-apr-2026', order)
    expect(refused.status).toBe(409)
    expect(refused.text).toContain('GA is sold out for now; a seat may come back')
    expect(refused.text).not.toMatch(/<h2>There is a problem<\/h2>.*Try fewer.*<fieldset/s)
  })
})

describe('whoever orders by the form of a page', () => {
  it('is known for another thirty days, though the seats are refused', async () => {
    const path = '/cities/vegas-mar-2026'
    const browser = aBrowser(shop.origin)
    await browser.get(path)
    const known = browser.cookie('visitor')
    expect((await browser.get(path)).headers.getSetCookie()).toEqual([])
    for (const [quantity, status] of Object.entries({ 11: 422, 2: 303 })) {
      const ordered = await browser.post(path, { tier: 'ga', quantity, email: '' })
      expect(ordered.status).toBe(status)
      expect(ordered.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^visitor=.*Max-Age=2592000/) as string,
      ])
      expect(browser.cookie('visitor')).toBe(known)
    }
  })
})

describe('the price on a page', () => {
  it('that has changed meanwhile is said before any seat is held, once', async () => {
    const path = '/cities/atlanta-feb-2026'
    const browser = aBrowser(shop.origin)
    const opened = await browser.get(path)
    await shop.sql(
      `update prices set amount_cents = 120000 where city_id = 'atlanta-feb-2026' and tier = 'ga'`,
    )
    const order = { tier: 'ga', quantity: '2', email: 'ada@example.com' }
    const told = await browser.post(path, { ...pricesIn(opened.text), ...order })
    expect(told.status).toBe(409)
    expect(told.text).toContain('The price has changed: a GA seat costs $1,200 now.')
    expect(told.text).toContain('value="ada@example.com"')
    const left = () => ask('/api/inventory?cityId=atlanta-feb-2026')
    expect((await left()).body.data?.publicAvailable).toEqual({ ga: 35, vip: 15 })
    // Of the other tier nothing has changed.
    const held = await browser.post(path, { ...pricesIn(told.text), ...order })
    expect(held).toMatchObject({ status: 303, location: expect.stringContaining('/c/pay/') as string })
    const other = await aBrowser(shop.origin).post(path, { ...pricesIn(opened.text), ...order, tier: 'vip' })
    expect(other.status).toBe(303)
  })
})

it('an address that Stripe does not take costs the seats only of a browser that keeps no cookie', async () => {
  const path = '/cities/vegas-mar-2026'
  const order = { tier: 'ga', quantity: '2', email: 'ada@example.xyz' }
  const refusedTimes = (times: number) =>
    shop.standIn.control.fault({
      match: 'POST /v1/checkout/sessions',
      kind: 'status',
      status: 400,
      code: 'email_invalid',
      times,
    })
  const left = async () => {
    const { body } = await ask('/api/inventory?cityId=vegas-mar-2026')
    return z.object({ ga: z.number(), vip: z.number() }).parse(body.data?.publicAvailable)
  }
  const before = await left()
  await refusedTimes(1)
  const forgetful = await aBrowser(shop.origin).post(path, order)
  expect(forgetful.status).toBe(422)
  expect(forgetful.text).toContain('Check it, or leave it out')
  expect(forgetful.text).not.toContain('You hold')
  expect(await left()).toEqual(before)

  const browser = aBrowser(shop.origin)
  await browser.get(path)
  await refusedTimes(2)
  const told = await browser.post(path, order)
  expect(told.status).toBe(422)
  expect(told.text).toContain('Your seats stay held: check it, or pay without it')
  expect(told.text).toContain('You hold 2 seats (GA)')
  expect(told.text).toContain('value="ada@example.xyz"')
  expect(await left()).toEqual({ ...before, ga: before.ga - 2 })
})

/** What a page's form keeps of the prices that it shows. */
function pricesIn(html: string): Record<string, string> {
  const fields = [...html.matchAll(/<input type="hidden" name="(price-\w+)"[^>]* value="([^"]*)"/g)]
  expect(fields).toHaveLength(2)
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
}

describe('what no browser of ours would send', () => {
  it.each([
    ['/cities/%E0%A4%A', {}, 400],
    ['/?_data=root', {}, 400],
    ['/api/nothing', {}, 404],
    ['/api/inventory/stream.data', {}, 404],
    ['/cities/__proto__', {}, 404],
    ['/cities/dallas-jan-2026', { method: 'POST', headers: { Origin: 'https://evil.example' } }, 403],
    ['/cities/dallas-jan-2026', { method: 'POST', headers: { Origin: 'null' } }, 403],
    [
      '/cities/dallas-jan-2026',
      { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'a=b' },
      415,
    ],
  ] as [string, RequestInit, number][])('%s %j: %i', async (path, init, status) => {
    const response = await fetch(shop.origin + path, init)
    expect(response.status).toBe(status)
    expect(await response.text()).not.toMatch(/at .*\.js:\d+/)
  })

  it('leaves no error in the log', () => {
    expect(shop.webs[0].logLines().filter(({ level }) => level === 'error')).toEqual([])
  })
})
