import { beforeAll, expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'
import { type Attack, type Attempt, attackerOf, form, query } from '../support/hostile-input'
import { type RunningWeb, startWeb } from '../support/processes'

/** Some thousands of things that nobody means well, at every parameter that strangers reach. */

const { shop, callers } = callersSuite()
/** Behind a proxy, so that what a proxy says is read, and that strangers have addresses of their own. */
let web: RunningWeb

/** Sessions of people who have given their password, of an account each: on one only a few tries are let through. */
const halfSignedIn = 2_000
const halfSession = (n: number) => `half-${n}`.padEnd(43, '-')

beforeAll(async () => {
  web = await startWeb({ ...shop.environment, TRUST_PROXY: 'loopback' })
  // There is somebody to sign in as.
  await callers.account('owner')
  await shop.rows(
    `with half as (
       insert into admin_accounts (email, role, password_hash)
       select 'half-' || n, 'viewer', '$argon2id$none' from generate_series(1, $1::int) n
       returning id, rpad(email, 43, '-') as token
     )
     insert into admin_sessions
       (account_id, token_hash, stage, address, user_agent, created_at, last_seen_at, expires_at)
     select id, sha256(token::bytea), 'second_factor', '', '', app_now(), app_now(), app_now() + interval '1 hour'
     from half`,
    [halfSignedIn],
  )
  await shop.sql(`update cities set sale_state = 'paused' where id = 'sf-jun-2026'`)
})

const { send, survives } = attackerOf(() => [web.origin])

let attempts = 0

/** From an address that nobody has come from before: the many tries of one would be put off. */
const fromElsewhere = (attempt: Attempt): Attempt => {
  const n = ++attempts
  return {
    ...attempt,
    headers: { ...attempt.headers, 'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` },
  }
}

const secondFactor = (fields: Record<string, string>): Attempt => {
  const attempt = fromElsewhere(form('/sign-in/second-factor', fields))
  const cookie = `session=${halfSession((attempts % halfSignedIn) + 1)}`
  return { ...attempt, headers: { ...attempt.headers, cookie } }
}

const json = (body: unknown): Attempt => ({
  path: '/api/checkout-sessions',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const order = { cityId: 'dallas-jan-2026', tier: 'ga', quantity: 2 }

/** All that it names is looked up, and then it is refused: its city is not on sale. */
const idleOrder = { ...order, cityId: 'sf-jun-2026' }

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
  'a page’s city': (text) => ({ path: `/cities/${encodeURIComponent(text.toWellFormed())}` }),
  'a page’s data': (text) => ({ path: `/cities/${encodeURIComponent(text.toWellFormed())}.data` }),
  'a link on a page': query('/cities/dallas-jan-2026', 'link'),
  'routes of a page’s data': query('/cities/dallas-jan-2026.data', '_routes'),
  'a session': query('/checkout/success', 'session_id'),
  'a reservation': query('/checkout/cancelled', 'reservation'),
  'a city of a cancellation': query('/checkout/cancelled', 'city'),
  'a next page': query('/sign-in', 'next'),
  'any path': (text) => ({ path: `/${encodeURIComponent(text.toWellFormed())}` }),
  'an ordered city': (_text, value) => json({ ...order, cityId: value }),
  'an ordered tier': (_text, value) => json({ ...order, tier: value }),
  'an ordered quantity': (_text, value) => json({ ...order, quantity: value }),
  'an ordered email': (text) => json({ ...idleOrder, email: text }),
  'a hold’s token': (text) => json({ ...idleOrder, holdToken: text }),
  'a private link': (text) => json({ ...idleOrder, link: text }),
  'a body': (_text, value) => json(value),
  'no JSON': (text) => ({ ...json({}), body: text }),
  'a form’s tier': (text) => form('/cities/dallas-jan-2026', { tier: text, quantity: '1' }),
  'a form’s quantity': (text) => form('/cities/dallas-jan-2026', { tier: 'ga', quantity: text }),
  'a form’s email': (text) => form('/cities/sf-jun-2026', { tier: 'ga', quantity: '2', email: text }),
  'a cancelled reservation': (text) =>
    form(`/checkout/cancelled?${new URLSearchParams({ reservation: text }).toString()}`, {}),
  'an email to sign in with': (text) => fromElsewhere(form('/sign-in', { email: text, password: 'x' })),
  'a passkey': (text) => fromElsewhere(form('/sign-in', { challengeId: text, response: text })),
  'a code as a second factor': (text) => secondFactor({ code: text }),
  'a passkey as a second factor': (text) => secondFactor({ challengeId: text, response: text }),
  'an API token': (text) => ({ path: '/api/inventory', headers: { authorization: `Bearer ${ascii(text)}` } }),
  'a cookie': (text) => ({
    path: '/cities/dallas-jan-2026',
    headers: { cookie: `visitor=${ascii(text)}; session=${ascii(text)}` },
  }),
  'a mark of a version': (text) => ({ path: '/api/inventory', headers: { 'if-none-match': ascii(text) } }),
  'an idempotency key': (text) => ({
    ...json(idleOrder),
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
  'an address to sign in from': (text) => {
    const attempt = fromElsewhere(form('/sign-in', { challengeId: 'x', response: '{}' }))
    const headers = { ...attempt.headers, ...(ascii(text) && { 'x-forwarded-for': ascii(text) }) }
    return { ...attempt, headers }
  },
  'accepted encodings': (text) => ({ path: '/api/inventory', headers: { 'accept-encoding': ascii(text) } }),
}

it.each([
  ['an order', 409, () => json(idleOrder)],
  [
    'an email to sign in with',
    422,
    () => fromElsewhere(form('/sign-in', { email: 'a@b.example', password: 'x' })),
  ],
  ['a passkey', 422, () => fromElsewhere(form('/sign-in', { challengeId: 'x', response: '{}' }))],
  ['a second factor', 422, () => secondFactor({ code: '123456' })],
] as const)(
  '%s gets as far as it can where nothing about it is hostile: %i',
  async (_name, status, attempt) => {
    expect(await send(attempt())).toBe(status)
  },
)

it.each(Object.entries(attacks))('%s: no 5xx', (_name, attack) => survives(attack))

it('changes no stock, holds no seat and leaves no error in the log', async () => {
  const pools = await shop.rows(
    `select count(*)::int as pools, sum(sold)::int as sold, sum(held)::int as held, sum(actual_limit)::int as "limit" from inventory`,
  )
  expect(pools).toEqual([{ pools: 12, sold: 0, held: 0, limit: 300 }])
  expect(await shop.rows('select id from reservations')).toEqual([])
  expect(await shop.rows(`select id from inventory_transactions where operation <> 'open'`)).toEqual([])
  expect(await shop.rows(`select id from admin_sessions where stage = 'full'`)).toEqual([])
  // No second factor was turned away before it was looked at.
  expect(
    await shop.rows(`select distinct code from admin_audit where action = 'session.second_factor'`),
  ).toEqual([{ code: 'wrong_code' }])
  // All that it wrote has come by then.
  await web.stop()
  expect(web.logLines().filter(({ level }) => level === 'error')).toEqual([])
})

/** A header can carry no more than this. */
function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').trim()
}
