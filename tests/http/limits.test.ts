import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { randomToken, tokenHash } from '@/lib/random-token'
import { callersSuite } from '../support/callers-suite'
import { startTcpRelay } from '../support/tcp-relay'
import { startWeb, type RunningWeb } from '../support/processes'
import { startRedisStandIn } from '../support/redis-stand-in'
import { until } from '../support/until'

/** How often an address, or a token, may ask. */

const order = { cityId: 'dallas-jan-2026', tier: 'ga', quantity: 11 }

const { shop, callers } = callersSuite()

/** A web process with these limits; all others are off. */
const withLimits = (limits: string, more: Record<string, string> = {}) =>
  startWeb({ ...shop.environment, RATE_LIMITS: `${offBut(limits)},${limits}`, ...more })

const offBut = (limits: string) =>
  ['read', 'validation', 'checkout', 'sign-in', 'token']
    .filter((name) => !limits.includes(`${name}=`))
    .map((name) => `${name}=off`)
    .join(',')

async function statuses(times: number, ask: () => Promise<Response>): Promise<number[]> {
  const all: number[] = []
  for (let time = 0; time < times; time++) all.push((await ask()).status)
  return all
}

const checkout = (web: RunningWeb, headers: Record<string, string> = {}) =>
  fetch(`${web.origin}/api/checkout-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(order),
  })

const forgetCounts = () => shop.rows('delete from rate_limits')

describe('an address that asks too often', () => {
  it('gets 429 and when to come back, on every kind of read, and is served again then', async () => {
    const web = await withLimits('read=5/5')
    const paths = ['/api/inventory', '/', '/cities', '/none', '/api/inventory?cityId=none']
    for (const path of paths) expect((await fetch(web.origin + path)).status).not.toBe(429)
    for (const path of paths) {
      const refused = await fetch(web.origin + path)
      expect([path, refused.status]).toEqual([path, 429])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(await refused.json()).toMatchObject({ success: false, code: 'rate_limited' })
    }
    expect((await fetch(`${web.origin}/healthz`)).status).toBe(200)
    expect((await fetch(`${web.origin}/favicon.svg`)).status).toBe(200)
    await until(async () => (await fetch(`${web.origin}/api/inventory`)).ok, 30_000)
    await web.stop()
  })

  it('gets pages where it asks as a browser does: plain ones, and data that ends in the error page', async () => {
    await forgetCounts()
    const web = await withLimits('read=1/60')
    const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }
    await fetch(web.origin)
    for (const path of ['/', '/cities/dallas-jan-2026', '/admin']) {
      const refused = await fetch(web.origin + path, asBrowser)
      const wait = Number(refused.headers.get('retry-after'))
      expect([path, refused.status, wait > 0]).toEqual([path, 429, true])
      expect(refused.headers.get('content-type')).toBe('text/html; charset=utf-8')
      const text = await refused.text()
      expect(text).toContain('<h1>Too many requests</h1>')
      expect(Number(/http-equiv="refresh" content="(\d+)"/.exec(text)?.[1])).toBeGreaterThanOrEqual(wait)
      // It looks like the other pages, whose style sheet is not counted.
      const [, href = ''] = /rel="stylesheet" href="([^"]+)"/.exec(text) ?? []
      const style = await fetch(web.origin + href)
      expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
    }
    const sent = await fetch(`${web.origin}/cities/dallas-jan-2026`, { ...asBrowser, method: 'POST' })
    expect(await sent.text()).not.toContain('refresh')
    const api = await fetch(`${web.origin}/api/inventory`, asBrowser)
    expect(await api.json()).toMatchObject({ success: false, code: 'rate_limited' })

    const data = await fetch(`${web.origin}/cities/dallas-jan-2026.data`)
    expect([data.status, Number(data.headers.get('retry-after')) > 0]).toEqual([429, true])
    const text = await data.text()
    expect(text).toContain('retryAfterSeconds')
    expect(text).not.toContain('publicAvailable')
    const posted = await fetch(`${web.origin}/checkout/cancelled.data`, { method: 'POST' })
    expect([posted.status, await posted.text()]).toEqual([429, expect.stringContaining('retryAfterSeconds')])
    expect((await fetch(`${web.origin}/admin/audit-log.csv.data`)).status).toBe(429)
    await web.stop()
  })

  it('cannot help itself by a forged header, while a trusted proxy is believed', async () => {
    await forgetCounts()
    const plain = await withLimits('checkout=2/60')
    const forged = (n: number) => ({ 'x-forwarded-for': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` })
    const answers = []
    for (let n = 0; n < 4; n++) answers.push((await checkout(plain, forged(n))).status)
    expect(answers).toEqual([422, 422, 429, 429])
    await plain.stop()

    await forgetCounts()
    const behindProxy = await withLimits('checkout=2/60', { TRUST_PROXY: 'loopback' })
    const behind = []
    // The last address is the one that the proxy saw; what stands before it anybody may have written.
    for (let n = 0; n < 4; n++)
      behind.push((await checkout(behindProxy, { 'x-forwarded-for': `198.51.100.${n}, 203.0.113.9` })).status)
    expect(behind).toEqual([422, 422, 429, 429])
    expect((await checkout(behindProxy, { 'x-forwarded-for': '203.0.113.10' })).status).toBe(422)
    await behindProxy.stop()
  })

  it('is counted together by all processes, for what costs more than a read', async () => {
    await forgetCounts()
    const [one, two] = await Promise.all([withLimits('checkout=4/60'), withLimits('checkout=4/60')])
    expect(await statuses(2, () => checkout(one))).toEqual([422, 422])
    expect(await statuses(3, () => checkout(two))).toEqual([422, 422, 429])
    expect(await statuses(1, () => checkout(one))).toEqual([429])
    await Promise.all([one.stop(), two.stop()])
  })

  it('is known to other processes within a second or two, for reads, and costs no write below a tenth', async () => {
    await forgetCounts()
    const [one, two] = await Promise.all([withLimits('read=100/60'), withLimits('read=100/60')])
    await statuses(9, () => fetch(`${one.origin}/api/inventory`))
    await delay(1_500)
    expect(await shop.rows('select key from rate_limits')).toEqual([])
    const used = await statuses(95, () => fetch(`${one.origin}/api/inventory`))
    expect(used.filter((status) => status === 429)).toHaveLength(4)
    // The other process has seen too little of this address to refuse it; it learns the rest by the exchange.
    let asked = 0
    const ask = () => (asked++, fetch(`${two.origin}/api/inventory`))
    await statuses(12, ask)
    for (let isRefused = false; !isRefused && asked < 100; isRefused = (await ask()).status === 429)
      await delay(250)
    expect(asked).toBeLessThan(100)
    await Promise.all([one.stop(), two.stop()])
  })

  describe('at one web process', () => {
    let web: RunningWeb

    beforeAll(async () => {
      web = await withLimits('validation=2/60,sign-in=2/60,checkout=2/60')
    })
    beforeEach(forgetCounts)
    afterAll(() => web?.stop())

    it('may not validate or sign in more often than that either', async () => {
      const validation = '/api/inventory?cityId=dallas-jan-2026&validate=true&tier=ga&quantity=1'
      expect(await statuses(3, () => fetch(web.origin + validation))).toEqual([200, 200, 429])
      const signIn = () =>
        fetch(`${web.origin}/sign-in`, {
          method: 'POST',
          redirect: 'manual',
          body: new URLSearchParams({ email: 'nobody@example.com', password: 'wrong' }),
        })
      expect(await statuses(3, signIn)).toEqual([422, 422, 429])
      // Guessing tokens is signing in.
      const guess = () => fetch(`${web.origin}/api/inventory`, { headers: { authorization: 'Bearer guess' } })
      expect(await statuses(1, guess)).toEqual([429])
    })

    it('may hold seats by the page no oftener than by the API', async () => {
      const post = (path: string) => () =>
        fetch(web.origin + path, {
          method: 'POST',
          redirect: 'manual',
          body: new URLSearchParams({ tier: 'none' }),
        })
      expect(await statuses(2, post('/cities/dallas-jan-2026'))).toEqual([422, 422])
      const refused = await post('/cities/dallas-jan-2026')()
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
      expect(await refused.text()).toContain('Too many requests. Try again in')
      expect(await statuses(1, post('/cities/dallas-jan-2026.data'))).toEqual([429])
      expect(await statuses(1, post('/checkout/cancelled?reservation=none'))).toEqual([429])
      expect(await statuses(1, () => checkout(web))).toEqual([429])
    })
  })

  it('is neither Stripe nor a probe, whether or not the address ends in a slash', async () => {
    await forgetCounts()
    const web = await withLimits('read=1/60,checkout=1/60')
    const deliver = (end: string) => async () => {
      const { body, header } = await shop.standIn.control.buildEvent('customer.created', {})
      return fetch(`${web.origin}/api/webhooks/stripe${end}`, {
        method: 'POST',
        body,
        headers: { 'stripe-signature': header },
      })
    }
    for (const end of ['', '/']) {
      expect(await statuses(5, deliver(end))).toEqual([200, 200, 200, 200, 200])
      for (const probe of ['/healthz', '/readyz'])
        expect(await statuses(3, () => fetch(web.origin + probe + end))).toEqual([200, 200, 200])
    }
    await web.stop()
  })
})

it('says once, in production, that visitors seem to come by a proxy that is not trusted', async () => {
  const production = (more: Record<string, string>) =>
    startWeb({
      DATABASE_URL: shop.database.appUrl,
      APP_MODE: 'production',
      PUBLIC_URL: 'http://localhost:1',
      ...more,
    })
  const [open, behindProxy] = await Promise.all([production({}), production({ TRUST_PROXY: 'loopback' })])
  const told = (web: RunningWeb) => web.logLines().filter(({ code }) => code === 'proxy_not_trusted')
  for (const web of [open, behindProxy]) {
    await fetch(`${web.origin}/api/inventory`)
    expect(told(web)).toEqual([])
    for (const path of ['/api/inventory', '/', '/favicon.svg'])
      await fetch(web.origin + path, { headers: { 'x-forwarded-for': '203.0.113.7' } })
    // What it has written has come by then.
    await web.stop()
  }
  expect(told(open)).toMatchObject([{ level: 'warn', msg: expect.stringContaining('TRUST_PROXY') as string }])
  expect(open.output()).not.toContain('203.0.113.7')
  expect(told(behindProxy)).toEqual([])
})

it('counts a token by itself, from wherever it comes', async () => {
  await forgetCounts()
  const web = await withLimits('token=3/60,read=2/60')
  const [one, two] = await Promise.all([callers.token('read'), callers.token('read')])
  const ask = (headers: Record<string, string>) => () => fetch(`${web.origin}/api/inventory`, { headers })
  expect(await statuses(4, ask(one))).toEqual([200, 200, 200, 429])
  expect(await statuses(3, ask(two))).toEqual([200, 200, 200])
  expect(await statuses(3, ask({}))).toEqual([200, 200, 429])
  await web.stop()
})

it('looks up no guessed token of an address that it refuses, while tokens that were good here go on', async () => {
  await forgetCounts()
  const relay = await startTcpRelay(shop.database.appUrl)
  const web = await withLimits('sign-in=2/60', { DATABASE_URL: relay.url })
  const ask = (headers: Record<string, string>) => () => fetch(`${web.origin}/api/inventory`, { headers })
  const guesses: string[] = []
  const guess = () => {
    const token = `sixfb_${randomToken()}`
    guesses.push(token)
    return ask({ authorization: `Bearer ${token}` })()
  }
  const lookedUp = () => guesses.map((token) => relay.asked().includes(tokenHash(token)))

  const known = await callers.token('read')
  expect(await statuses(1, ask(known))).toEqual([200])
  expect(await statuses(3, guess)).toEqual([401, 401, 429])
  expect(lookedUp()).toEqual([true, true, true])

  const refused: Response[] = []
  for (let burst = 0; burst < 4; burst++) {
    // However long the machine has stood still before: for a second from this one on, no store is asked.
    expect((await guess()).status).toBe(429)
    refused.push(...(await Promise.all(Array.from({ length: 50 }, guess))))
  }
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]))
  expect(new Set(refused.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['1']))
  // Once a second the store is asked anew.
  expect(lookedUp().filter(Boolean).length).toBeLessThan(100)
  expect(await statuses(2, ask(known))).toEqual([200, 200])
  await web.stop()
  await relay.close()
})

it('counts in Redis where one is configured, in all processes together, and goes on when it is gone', async () => {
  await forgetCounts()
  const redis = await startRedisStandIn()
  const settings = { REDIS_URL: redis.url }
  const [one, two] = await Promise.all([
    withLimits('checkout=4/60', settings),
    withLimits('checkout=4/60', settings),
  ])
  expect(await statuses(2, () => checkout(one))).toEqual([422, 422])
  expect(await statuses(3, () => checkout(two))).toEqual([422, 422, 429])
  expect(await statuses(1, () => checkout(one))).toEqual([429])
  expect([...redis.counts]).toEqual([['limit:checkout:127.0.0.1', 6]])
  expect(await shop.rows('select key from rate_limits')).toEqual([])
  await redis.stop()
  expect(await statuses(1, () => fetch(`${one.origin}/api/inventory`))).toEqual([200])
  // Whoever was refused stays so for a second; then each process counts anew, by itself.
  await until(async () => (await checkout(one)).status === 422)
  expect(await statuses(5, () => checkout(one))).toEqual([422, 422, 422, 429, 429])
  await Promise.all([one.stop(), two.stop()])
})

it('goes on without the store that processes count in, limits by itself, and says so once', async () => {
  const web = await withLimits('checkout=3/60', { REDIS_URL: 'redis://127.0.0.1:1' })
  expect(await statuses(5, () => checkout(web))).toEqual([422, 422, 422, 429, 429])
  expect((await fetch(`${web.origin}/api/inventory`)).status).toBe(200)
  await web.stop()
  const reports = web.logLines().filter(({ code }) => code === 'rate_limit_store')
  expect(reports).toHaveLength(1)
})

it('goes on when the table of counts is gone', async () => {
  const web = await withLimits('checkout=3/60')
  await shop.rows('alter table rate_limits rename to rate_limits_away')
  expect(await statuses(5, () => checkout(web))).toEqual([422, 422, 422, 429, 429])
  await shop.rows('alter table rate_limits_away rename to rate_limits')
  await web.stop()
  expect(web.logLines().filter(({ level }) => level === 'error')).toEqual([])
})
