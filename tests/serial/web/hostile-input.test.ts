import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestAccount } from '../../support/accounts'
import { type Callers, callersOf } from '../../support/callers'
import { openShop, type Shop } from '../../support/shop'

/** Some thousands of things that nobody means well, at every parameter that strangers reach, and admins. */

let shop: Shop
let callers: Callers
let owner: TestAccount

beforeAll(async () => {
  shop = await openShop()
  callers = callersOf(shop)
  owner = await callers.account('owner')
})

afterAll(async () => {
  await callers?.close()
  await shop?.close()
})

const rounds = process.env.TEST_SIZE === 'full' ? 1_000 : 130
const together = 10

/** What has broken other systems. None of it is a right value of any parameter. */
const known = [
  "' or '1'='1",
  "'; drop table inventory; --",
  "dallas-jan-2026'--",
  '$1',
  '%',
  '\\',
  '\0',
  '\r\nSet-Cookie: a=b',
  '../../etc/passwd',
  '{{7*7}}',
  '${7*7}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '1e9999',
  '99999999999999999999',
  '0x10',
  '1e15',
  '1.5',
  '1;2',
  '\u202e',
  '\ud800',
  '😀'.repeat(300),
  'x'.repeat(3_000),
  '[object Object]',
  '{"$gt":""}',
  // To PostgreSQL, or to JavaScript a day later, no dates.
  '0000-01-01',
  '9999-12-31',
]

const hostile = fc.oneof(
  fc.constantFrom(...known),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
)

/** The same for JSON, where a value has types. */
const hostileValue = fc.oneof(
  hostile,
  fc.constantFrom(null, true, -1, 0, 1.5, 1e21, [], {}, [[]], [2], { $gt: '' }, { length: 1 }),
  fc.jsonValue({ maxDepth: 3 }).filter((value) => typeof value !== 'number' && value !== 'dallas-jan-2026'),
)

interface Attempt {
  path: string
  method?: string
  headers?: Record<string, string>
  body?: string
}

type Attack = (text: string, value: unknown) => Attempt
const query =
  (path: string, name: string, more = '') =>
  (text: string): Attempt => ({
    path: `${path}?${new URLSearchParams({ [name]: text }).toString()}${more}`,
  })
const json = (body: unknown): Attempt => ({
  path: '/api/checkout-sessions',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const form = (path: string, fields: Record<string, string>): Attempt => ({
  path,
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})
const order = { cityId: 'dallas-jan-2026', tier: 'ga', quantity: 2 }
const about = '&cityId=dallas-jan-2026&validate=true'

const attacks: Record<string, Attack> = {
  'a city in a query': query('/api/inventory', 'cityId'),
  'a city to validate': query('/api/inventory', 'cityId', '&validate=true&tier=ga&quantity=1'),
  'a tier to validate': query('/api/inventory', 'tier', `${about}&quantity=1`),
  'a quantity to validate': query('/api/inventory', 'quantity', `${about}&tier=ga`),
  'a flag': query('/api/inventory', 'validate'),
  'a parameter of no name': (text) => ({
    path: `/api/inventory?${encodeURIComponent(text.toWellFormed())}=1`,
  }),
  'a city in a path': (text) => ({ path: `/api/inventory/${encodeURIComponent(text.toWellFormed())}` }),
  'a city of a stream': query('/api/inventory/stream', 'cityId'),
  'a flag of a city': query('/api/inventory/dallas-jan-2026', 'transactions'),
  'a cursor': query('/api/inventory/dallas-jan-2026', 'cursor'),
  'a page’s city': (text) => ({ path: `/cities/${encodeURIComponent(text.toWellFormed())}` }),
  'a page’s data': (text) => ({ path: `/cities/${encodeURIComponent(text.toWellFormed())}.data` }),
  'a link on a page': query('/cities/dallas-jan-2026', 'link'),
  'routes of a page’s data': query('/cities/dallas-jan-2026.data', '_routes'),
  'a session': query('/checkout/success', 'session_id'),
  'a reservation': query('/checkout/cancelled', 'reservation'),
  'a city of a cancellation': query('/checkout/cancelled', 'city'),
  'a manifest': query('/__manifest', 'p'),
  'a next page': query('/sign-in', 'next'),
  'any path': (text) => ({ path: `/${encodeURIComponent(text.toWellFormed())}` }),
  'an ordered city': (_text, value) => json({ ...order, cityId: value }),
  'an ordered tier': (_text, value) => json({ ...order, tier: value }),
  'an ordered quantity': (_text, value) => json({ ...order, quantity: value }),
  'an ordered email': (text) => json({ ...order, quantity: 11, email: text }),
  'a hold’s token': (text) => json({ ...order, quantity: 11, holdToken: text }),
  'a private link': (text) => json({ ...order, quantity: 11, link: text }),
  'a body': (_text, value) => json(value),
  'no JSON': (text) => ({ ...json({}), body: text }),
  'a form’s tier': (text) => form('/cities/dallas-jan-2026', { tier: text, quantity: '1' }),
  'a form’s quantity': (text) => form('/cities/dallas-jan-2026', { tier: 'ga', quantity: text }),
  'a form’s email': (text) => form('/cities/dallas-jan-2026', { tier: 'ga', quantity: '11', email: text }),
  'a cancelled reservation': (text) =>
    form(`/checkout/cancelled?${new URLSearchParams({ reservation: text }).toString()}`, {}),
  'an email to sign in with': (text) => form('/sign-in', { email: text, password: 'x' }),
  'a passkey': (text) => form('/sign-in', { challengeId: text, response: text }),
  'a second factor': (text) => form('/sign-in/second-factor', { code: text }),
  'an API token': (text) => ({ path: '/api/inventory', headers: { authorization: `Bearer ${ascii(text)}` } }),
  'a cookie': (text) => ({
    path: '/cities/dallas-jan-2026',
    headers: { cookie: `visitor=${ascii(text)}; session=${ascii(text)}` },
  }),
  'a mark of a version': (text) => ({ path: '/api/inventory', headers: { 'if-none-match': ascii(text) } }),
  'an idempotency key': (text) => ({
    ...json({ ...order, quantity: 11 }),
    headers: { 'content-type': 'application/json', 'idempotency-key': ascii(text) },
  }),
  'a signature': (text) => ({
    path: '/api/webhooks/stripe',
    method: 'POST',
    headers: { 'stripe-signature': ascii(text) },
    body: '{}',
  }),
  'a host': (text) => ({
    path: '/',
    headers: { 'x-forwarded-host': ascii(text), 'x-forwarded-proto': ascii(text) },
  }),
  'an address': (text) => ({
    path: '/api/inventory',
    headers: { 'x-forwarded-for': ascii(text), forwarded: ascii(text) },
  }),
  'accepted encodings': (text) => ({ path: '/api/inventory', headers: { 'accept-encoding': ascii(text) } }),
}

const insidePath =
  (path: string): Attack =>
  (text) => ({ path: path + encodeURIComponent(text.toWellFormed()) })

const manySeats = { operation: 'expand', tier: 'ga', additionalSpots: '5', reason: '' }
const newCity = {
  ...{ form: 'create', id: 'osaka-jul-2026', saleState: 'upcoming', 'ga-limit': '35', 'vip-limit': '15' },
  ...{ name: 'Osaka', venue: '', address: '', timeZone: 'Asia/Tokyo', holdMinutes: '15' },
  ...{ startsOn: '2026-07-10', endsOn: '2026-07-11' },
  ...{ 'ga-amount': '1000', 'ga-currency': 'usd', 'ga-stripePriceId': '' },
  ...{ 'vip-amount': '1500', 'vip-currency': 'usd', 'vip-stripePriceId': '' },
}

/** What an address or a form of the console may name a row by. */
const insideAttacks: Record<string, Attack> = {
  'an exception': insidePath('/admin/exceptions/'),
  'an exception to close': (text) =>
    form(insidePath('/admin/exceptions/')(text, text).path, { form: 'dismiss', reason: 'None' }),
  'an exception to refund': (text) =>
    form(insidePath('/admin/exceptions/')(text, text).path, { form: 'refund', expectedRefundedCents: '0' }),
  'older exceptions': query('/admin/exceptions', 'cursor'),
  'a payment': insidePath('/admin/payments/'),
  'older events': query('/admin/payments', 'cursor'),
  'an event to find': query('/admin/payments', 'search'),
  'an alert': insidePath('/admin/alerts/'),
  'an alert to send': (text) =>
    form(insidePath('/admin/alerts/')(text, text).path, { channel: 'slack', target: text }),
  'older alerts': query('/admin/alerts', 'cursor'),
  'older entries of the audit log': query('/admin/audit-log', 'cursor'),
  'somebody in the audit log': query('/admin/audit-log', 'actor'),
  'older rows of the ledger': query('/admin/cities/dallas-jan-2026/ledger', 'cursor'),
  'somebody in the ledger': query('/admin/cities/dallas-jan-2026/ledger', 'who'),
  'a payment in the ledger': query('/admin/cities/dallas-jan-2026/ledger', 'payment'),
  'the first day of a ledger': query('/admin/cities/dallas-jan-2026/ledger', 'from'),
  'the last day of a ledger': query('/admin/cities/dallas-jan-2026/ledger', 'until'),
  'somebody in a ledger’s file': query('/admin/cities/dallas-jan-2026/ledger.csv', 'who'),
  'a payment in a ledger’s file': query('/admin/cities/dallas-jan-2026/ledger.csv', 'payment'),
  'the last day of a ledger’s file': query('/admin/cities/dallas-jan-2026/ledger.csv', 'until'),
  'cities to give seats to': (text) => form('/admin/bulk', { form: 'preview', ...manySeats, cityId: text }),
  'cities to reset': (text) =>
    form('/admin/bulk', { form: 'preview', operation: 'reset', reason: 'None', cityId: text }),
  'cities to give seats to now': (text) =>
    form('/admin/bulk', { form: 'run', ...manySeats, targets: JSON.stringify([[text, 35]]), results: '[]' }),
  'the days of a new city': (text) =>
    form('/admin/settings/cities/new', { ...newCity, startsOn: text, endsOn: text }),
  'a city to change': (text) =>
    form(insidePath('/admin/settings/cities/')(text, text).path, {
      ...newCity,
      form: 'details',
      version: text,
    }),
  'an account': insidePath('/admin/settings/admins/'),
  'an account’s sessions to end': (text) =>
    form(insidePath('/admin/settings/admins/')(text, text).path, { form: 'sessions' }),
  'an account’s password to replace': (text) =>
    form(insidePath('/admin/settings/admins/')(text, text).path, { form: 'password' }),
  'an account’s one session to end': (text) =>
    form(`/admin/settings/admins/${owner.id}`, { form: 'session', sessionId: text }),
  'an account’s role': (text) => form(`/admin/settings/admins/${owner.id}`, { form: 'role', role: text }),
  'what is to become of an account': (text) => form(`/admin/settings/admins/${owner.id}`, { form: text }),
  'older links': query('/admin/links', 'cursor'),
  'a city’s links': query('/admin/links', 'cityId'),
  'a link to revoke': (text) => form('/admin/links', { form: 'revoke', id: text }),
  'a session to end': (text) => form('/admin/security', { form: 'session', sessionId: text }),
  'a token to revoke': (text) => form('/admin/settings/tokens', { form: 'revoke', id: text }),
}

it.each(Object.entries(attacks))('%s: no 5xx', (_name, attack) => survives(attack))

it('changes no stock, holds no seat and leaves no error in the log', async () => {
  const pools = await shop.rows(
    `select count(*)::int as pools, sum(sold)::int as sold, sum(held)::int as held, sum(actual_limit)::int as "limit" from inventory`,
  )
  expect(pools).toEqual([{ pools: 12, sold: 0, held: 0, limit: 300 }])
  expect(await shop.rows('select id from reservations')).toEqual([])
  expect(await shop.rows(`select id from inventory_transactions where operation <> 'open'`)).toEqual([])
  expect(await shop.rows('select id from admin_sessions')).toEqual([])
  expect(shop.webs[0].logLines().filter(({ level }) => level === 'error')).toEqual([])
})

it.each(Object.entries(insideAttacks))('%s, from an owner: no 5xx', async (_name, attack) => {
  const headers = await callers.session('owner')
  await survives((text, value) => {
    const attempt = attack(text, value)
    return { ...attempt, headers: { ...attempt.headers, ...headers } }
  })
})

it.each(['abc', '1e3', '0x1', '-1', '0', '1.5', 'NaN', '99999999999999999999'])(
  'no exception has the number %s: 404, whatever is to become of it',
  async (id) => {
    const headers = await callers.session('owner')
    const path = `/admin/exceptions/${id}`
    const close = form(path, { form: 'dismiss', reason: 'None' })
    expect(await send({ path, headers })).toBe(404)
    expect(await send({ ...close, headers: { ...close.headers, ...headers } })).toBe(404)
  },
)

const nobody = '00000000-0000-4000-8000-000000000000'

it.each(['abc', nobody])(
  'no account has the id %s: 404, whatever is to become of it, and a row in the audit log',
  async (id) => {
    const path = `/admin/settings/admins/${id}`
    const headers = await callers.session('owner')
    expect(await send({ path, headers })).toBe(404)
    const forms: Record<string, string>[] = [
      { form: 'role', role: 'viewer' },
      { form: 'disable' },
      { form: 'enable' },
      { form: 'password' },
      { form: 'second-factor' },
      { form: 'sessions' },
      { form: 'session', sessionId: nobody },
    ]
    for (const fields of forms) {
      const change = form(path, fields)
      const status = await send({ ...change, headers: { ...change.headers, ...headers } })
      expect([fields.form, status]).toEqual([fields.form, 404])
    }
    const rows = await shop.rows(
      `select action from admin_audit where target = $1 and outcome = 'refused' and code = 'unknown_account'`,
      [id],
    )
    expect(rows).toHaveLength(forms.length)
  },
)

it('what merely looks like an account’s id is somebody of whom the audit log has nothing', async () => {
  const path = `/admin/audit-log?actor=${'-'.repeat(36)}`
  expect(await send({ path, headers: await callers.session('owner') })).toBe(200)
})

async function survives(attack: Attack): Promise<void> {
  // Each that is known once, then what chance brings.
  const examples: [[string, string][]][] = []
  for (let first = 0; first < known.length; first += together)
    examples.push([known.slice(first, first + together).map((text) => [text, text])])
  const batch = fc.array(fc.tuple(hostile, hostileValue), { minLength: together, maxLength: together })
  await fc.assert(
    fc.asyncProperty(batch, async (tuples) => {
      const statuses = await Promise.all(tuples.map(([text, value]) => send(attack(text, value))))
      for (const status of statuses) expect(status).toBeLessThan(500)
    }),
    { numRuns: examples.length + Math.ceil(rounds / together), examples },
  )
}

async function send({ path, ...init }: Attempt): Promise<number> {
  const controller = new AbortController()
  const response = await fetch(shop.webs[0].origin + path, {
    redirect: 'manual',
    signal: controller.signal,
    ...init,
  })
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) controller.abort()
  else await response.text()
  return response.status
}

/** A header can carry no more than this. */
function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').trim()
}
