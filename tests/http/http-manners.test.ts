import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../support/event-reader'
import { startWeb, type RunningWeb } from '../support/processes'
import { openShop } from '../support/open-shop'
import type { Shop } from '../support/shop'

/** What HTTP leaves open, and this shop decides. */

const listed = 'https://www.example.com'

let shop: Shop

beforeAll(async () => {
  shop = await openShop({ web: { CORS_ORIGINS: listed } })
})

afterAll(() => shop?.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(shop.origin + path, { redirect: 'manual', headers })

const order = { cityId: 'dallas-jan-2026', tier: 'ga', quantity: 2 }
const postJson = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${shop.origin}/api/checkout-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

describe('a public read', () => {
  const reads = ['/api/inventory', '/api/inventory?cityId=dallas-jan-2026', '/api/inventory/dallas-jan-2026']

  it.each([...reads, '/api/openapi.json'])(
    '%s may be kept for a moment, and asked for anew',
    async (path) => {
      const first = await get(path)
      const etag = first.headers.get('etag') ?? ''
      expect(etag).toMatch(/^W\/"[\w-]+"$/)
      expect(first.headers.get('cache-control')).toMatch(/^public, max-age=(1|60)$/)
      expect(first.headers.get('vary')).toContain('Cookie')
      for (const known of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
        const again = await get(path, { 'If-None-Match': known })
        expect([known, again.status, await again.text()]).toEqual([known, 304, ''])
        expect(again.headers.get('etag')).toBe(etag)
      }
      expect((await get(path, { 'If-None-Match': '"other"' })).status).toBe(200)
    },
  )

  it('has another mark after a sale, in every process the same', async () => {
    const marks = async () =>
      Promise.all(
        shop.webs.map(async ({ origin }) => (await fetch(`${origin}/api/inventory`)).headers.get('etag')),
      )
    const [before, same] = await marks()
    expect(same).toBe(before)
    expect((await postJson(JSON.stringify({ ...order, cityId: 'sf-jun-2026' }))).status).toBe(201)
    const isNewAndTheSame = async () => {
      const [after, there] = await marks()
      return after !== before && there === after
    }
    await expect.poll(isNewAndTheSame).toBe(true)
  })

  it.each(['br', 'gzip', 'identity'])('comes as %s, and the same each way', async (encoding) => {
    const plain = await (await get('/api/inventory', { 'Accept-Encoding': 'identity' })).text()
    const response = await get('/api/inventory', { 'Accept-Encoding': encoding })
    expect(response.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding)
    expect(await response.text()).toBe(plain)
  })

  it.each(reads)('%s: HEAD has the headers of GET and no body', async (path) => {
    const whole = await get(path, { 'Accept-Encoding': 'identity' })
    const head = await fetch(shop.origin + path, {
      method: 'HEAD',
      headers: { 'Accept-Encoding': 'identity' },
    })
    expect([head.status, head.headers.get('etag')]).toEqual([200, whole.headers.get('etag')])
    expect(await head.text()).toBe('')
  })

  it.each(['/api/inventory/stream', '/api/inventory/stream?cityId=dallas-jan-2026'])(
    '%s: is the same with the cookie of a session that has ended',
    async (path) => {
      const open = async (headers: Record<string, string>) => {
        const stream = await readEvents(shop.origin + path, headers)
        await stream.next()
        stream.close()
        const own = [...stream.headers].filter(([name]) => !/^(date|x-request-id)$/.test(name))
        return [own, stream.raw().replace(/^retry: \d+/, 'retry: ')]
      }
      const plain = await open({})
      expect(plain).toEqual(await open({ Cookie: `session=${'a'.repeat(43)}` }))
      expect(plain[1]).toContain('"cityId":"dallas-jan-2026"')
    },
  )

  it('of a stream answers HEAD at once', async () => {
    const head = await fetch(`${shop.origin}/api/inventory/stream`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
  })

  it.each([
    '/api/inventory/',
    '/api/inventory/dallas-jan-2026/',
    '/cities/dallas-jan-2026/',
    '/api/openapi.json/',
  ])('%s: a slash at the end changes nothing', async (path) => {
    const [with_, without] = await Promise.all([get(path), get(path.replace(/\/$/, ''))])
    expect(with_.status).toBe(200)
    if (path.startsWith('/api')) expect(await with_.text()).toBe(await without.text())
  })

  it.each([
    '/api/inventory?cityId=dallas-jan-2026&cityId=sf-jun-2026',
    '/api/inventory?validate=true&validate=false',
  ])('%s: a parameter given twice is refused', async (path) => {
    const refused = await get(path)
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({
      code: 'invalid',
      error: expect.stringContaining('more than once') as string,
      data: { field: /\w+/.exec(path.split('?')[1] ?? '')?.[0] },
    })
  })

  it.each(['?utm_source=mail', '?cityId=dallas-jan-2026&utm_source=mail&utm_source=x'])(
    '%s: a parameter that nobody knows is not looked at',
    async (query) => {
      expect((await get(`/api/inventory${query}`)).status).toBe(200)
    },
  )

  it.each(['1', 'yes', 'TRUE', ''])('refuses validate=%s', async (value) => {
    expect((await get(`/api/inventory?validate=${value}`)).status).toBe(422)
  })
})

describe('a page of another site', () => {
  it.each([
    ['/api/inventory', listed],
    ['/api/inventory?cityId=dallas-jan-2026', listed],
    ['/api/inventory/dallas-jan-2026', listed],
    ['/api/openapi.json', listed],
    ['/api/inventory', null],
    ['/api/docs', null],
    ['/metrics', null],
    ['/', null],
    ['/cities/dallas-jan-2026.data', null],
  ])('%s: reads it only from a listed origin (%s)', async (path, allowed) => {
    const origin = allowed ?? (path === '/api/inventory' ? 'https://elsewhere.example' : listed)
    const response = await get(path, { Origin: origin })
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed)
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('may ask first, and hears that it may only read', async () => {
    const ask = (origin: string) =>
      fetch(`${shop.origin}/api/inventory`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
    const yes = await ask(listed)
    expect([yes.status, yes.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD'])
    expect(yes.headers.get('allow')).toBe('GET, HEAD, POST, DELETE')
    expect((await ask('https://elsewhere.example')).headers.get('access-control-allow-methods')).toBeNull()
  })

  it.each([
    ['origin', listed],
    ['origin', 'https://elsewhere.example'],
    ['origin', 'null'],
    ['sec-fetch-site', 'cross-site'],
  ])('with %s %s sends nothing', async (name, value) => {
    expect((await postJson(JSON.stringify(order), { [name]: value })).status).toBe(403)
  })

  it('is not made our own by a header that a proxy would set', async () => {
    const forged = { origin: 'https://elsewhere.example', 'x-forwarded-host': 'elsewhere.example' }
    expect((await postJson(JSON.stringify(order), forged)).status).toBe(403)
  })
})

describe('a body', () => {
  it.each([
    ['{', 400, 'malformed'],
    ['', 400, 'malformed'],
    ['{"cityId": "dallas-jan-2026"}}', 400, 'malformed'],
    ['null', 422, 'invalid'],
    ['"text"', 422, 'invalid'],
    ['[]', 422, 'invalid'],
    [`{"pad": "${'x'.repeat(1_048_576)}"}`, 413, 'too_large'],
    [`${'['.repeat(100_000)}`, 400, 'malformed'],
    [JSON.stringify({ ...order, quantity: '2' }), 422, 'invalid'],
    [JSON.stringify({ ...order, quantity: 1.5 }), 422, 'invalid'],
    ['{"cityId":"dallas-jan-2026","tier":"ga","quantity":9007199254740993}', 422, 'invalid'],
    ['{"cityId":"dallas-jan-2026","tier":"ga","quantity":1e400}', 422, 'invalid'],
    [JSON.stringify({ ...order, tier: 'VIP\u200b' }), 422, 'invalid'],
    [JSON.stringify({ ...order, tier: '__proto__' }), 422, 'invalid'],
    ['{"__proto__":{"tier":"ga"},"cityId":"dallas-jan-2026","quantity":1}', 422, 'invalid'],
    [JSON.stringify({ ...order, cityId: "' OR 1=1" }), 404, 'unknown_city'],
    [JSON.stringify({ ...order, cityId: 'a\u0000b' }), 404, 'unknown_city'],
  ])('%#: is refused with its own status', async (body, status, code) => {
    const refused = await postJson(body)
    expect(refused.status).toBe(status)
    expect(await refused.json()).toMatchObject({ success: false, code })
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'multipart/form-data; boundary=x',
  ])('of type %s is refused with 415', async (type) => {
    expect((await postJson(JSON.stringify(order), { 'content-type': type })).status).toBe(415)
  })

  it('may name its character set', async () => {
    const answer = await postJson('{}', { 'content-type': 'Application/JSON; charset=utf-8' })
    expect(answer.status).toBe(422)
  })

  it.each(['2', '02', '+2', '２', '1e1', '2.0', ' 2 ', '%00', '0x2'])(
    'quantity=%s in an address',
    async (text) => {
      const query = `cityId=dallas-jan-2026&tier=ga&validate=true&quantity=${text === '%00' ? text : encodeURIComponent(text)}`
      expect((await get(`/api/inventory?${query}`)).status).toBe(['2', ' 2 '].includes(text) ? 200 : 422)
    },
  )
})

describe('what is too much', () => {
  it("an address of 9,000 characters: 414, but not one of 7,680, in which Remix's client asks about links", async () => {
    const address = (length: number) => '/api/inventory?cityId='.padEnd(length, 'x')
    expect((await get(address(7_680))).status).not.toBe(414)
    const refused = await get(address(9_000))
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([414, 'uri_too_long'])
  })

  it.each([
    ['a path of 4,000 parts', '/a'.repeat(4_000)],
    ['a path of 7,000 slashes', `${'/'.repeat(7_000)}a`],
    ['the data of such a path', `${'/a'.repeat(4_000)}.data`],
  ])('%s: refused before Remix looks for its routes', async (_name, path) => {
    const refused = await get(path)
    expect(refused.status).toBe(404)
    // Remix would answer with a page.
    expect(await refused.json()).toMatchObject({ success: false })
  })

  it('a question about the routes of thousands of links: a page that is not there, and nothing is looked for', async () => {
    const answer = await get(`/__manifest?version=1&p=${'/'.repeat(7_000)}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
  })

  it('headers of 20 KB: 431, said and closed', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = httpRequest(`${shop.webs[0].origin}/`, { headers: { 'x-pad': 'x'.repeat(20_000) } })
      sending.on('response', (response) => (response.resume(), resolve(response.statusCode)))
      sending.on('error', reject)
      sending.end()
    })
    expect(status).toBe(431)
  })

  it('what is no HTTP: 400', async () => {
    expect(await raw('HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('methods that nobody knows: 405 or 400', async () => {
    expect(await raw(`PROPFIND / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 405 /,
    )
  })
})

describe('an address that is written in another way', () => {
  let behindProxy: RunningWeb

  beforeAll(async () => {
    behindProxy = await startWeb({ DATABASE_URL: shop.database.appUrl, TRUST_PROXY: 'loopback' })
  })
  afterAll(async () => {
    await behindProxy.stop()
    // All that it wrote has come by now.
    expect(behindProxy.logLines().filter(({ level }) => level === 'error')).toEqual([])
  })

  it.each([
    ['a whole address', 'GET http://127.0.0.1:3000/api/inventory', 'Host: 127.0.0.1:3000', 200],
    ['a whole address, and a Host without its port', 'GET http://127.0.0.1:3000/sign-in', 'Host: x', 200],
    ['a whole address without a path', 'GET HTTP://127.0.0.1:3000?a=b', 'Host: x', 200],
    ['a whole address of a file', 'GET http://127.0.0.1:3000/favicon.svg', 'Host: x', 200],
    [
      'a whole address of the documentation’s styles',
      'GET http://x/api/docs/assets/swagger-ui.css',
      'Host: x',
      200,
    ],
    ['a whole address without a host', 'GET http:///sign-in', 'Host: x', 400],
    ['a whole address with a name to sign in with', 'GET http://a@x/sign-in', 'Host: x', 400],
    ['no address', 'OPTIONS *', 'Host: 127.0.0.1:3000', 400],
    ['no address, nor a port', 'OPTIONS *', 'Host: x', 400],
    ['a Host with a name to sign in with', 'GET /sign-in', 'Host: a@b', 400],
    ['a Host with a path', 'GET /healthz', 'Host: x/sign-in?', 400],
    ['a Host with a port that there is not', 'GET /sign-in', 'Host: x:99999', 400],
    ['a forwarded host of two words', 'GET /sign-in', 'Host: x\r\nX-Forwarded-Host: a b', 400],
    [
      'a forwarded host with a port that there is not',
      'GET /sign-in',
      'Host: x\r\nX-Forwarded-Host: a:99999',
      400,
    ],
    ['a forwarded protocol of two words', 'GET /sign-in', 'Host: x\r\nX-Forwarded-Proto: a b', 400],
    ['a forwarded protocol that is not ours', 'GET /sign-in', 'Host: x\r\nX-Forwarded-Proto: file', 400],
    ['a forwarded protocol in capitals', 'GET /sign-in', 'Host: x\r\nX-Forwarded-Proto: HTTPS', 200],
  ])('%s (%s, %s): %i, and no fault of ours', async (_name, line, headers, status) => {
    const answer = await raw(`${line} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`, behindProxy)
    expect(Number(answer.split(' ')[1])).toBe(status)
  })
})

it.each(['/healthz', '/readyz', '/'])(
  '%s of HTTP/1.0 without a Host, as some probes ask: 200',
  async (path) => {
    expect(await raw(`GET ${path} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /)
  },
)

describe('an event stream, asked for as the data of a page, which would wait for its end', () => {
  it.each([
    '/api/inventory/stream.data',
    '/API/inventory/stream.data',
    '/%61pi/inventory/stream.data',
    '/./api/inventory/stream.data',
    '/%2e/api/inventory/stream.data',
    '/x/../api/inventory/stream.data',
    '/x/%2E%2e/api/inventory/stream.data',
    '/x/.%2e/api/inventory/stream.data',
    '/x/..\\api/inventory/stream.data',
    '/x/../api/admin/inventory/stream.data',
    '/x/../admin/stock-stream.data',
    '/admin/stock-stream.data',
    '/x/../metrics.data',
  ])(
    '%s: 404',
    async (path) => {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 404 /)
      expect(answer).toContain('There is no such endpoint.')
    },
    10_000,
  )
})

it.each(['?_data=routes%2Fhome', `?${'a&'.repeat(1_000)}_data=routes%2Fhome`])(
  '%s: refuses what older Remix versions asked, wherever it stands',
  async (query) => {
    expect((await get(`/${query}`)).status).toBe(400)
  },
)

it.each([
  ['cs_test_nobodys', 200],
  ['all', 404],
  ['pi_1', 404],
])('an order named %s: %i', async (name, status) => {
  expect((await get(`/checkout/success?session_id=${name}`)).status).toBe(status)
})

it('never shows a stack, a query or a path of ours', async () => {
  const bad = [
    '/cities/%E0%A4%A',
    '/api/inventory?cityId=%00',
    '/api/none',
    '/cities/%00',
    '/checkout/success?session_id=%00',
  ]
  for (const path of bad) {
    const response = await get(path)
    expect(response.status).toBeLessThan(500)
    expect(await response.text()).not.toMatch(/node_modules|\.ts:\d|\.js:\d|select |at Object\./)
  }
  expect(shop.webs[0].logLines().filter(({ level }) => level === 'error')).toEqual([])
})

/** Speaks to the server without an HTTP client. */
function raw(text: string, web: RunningWeb = shop.webs[0]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(web.origin).port), '127.0.0.1', () => socket.write(text))
    let heard = ''
    socket.setEncoding('utf8').on('data', (part: string) => (heard += part))
    socket.on('end', () => resolve(heard)).on('error', reject)
  })
}
