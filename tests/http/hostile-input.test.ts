import { beforeAll, expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'
import { type Attack, type Attempt, attackerOf, form, query } from '../support/hostile-input'

/** Some thousands of things that nobody means well, at every parameter that strangers reach. */

const { shop, callers } = callersSuite()

beforeAll(async () => {
  // There is somebody to sign in as.
  await callers.account('owner')
})

const { survives } = attackerOf(() => shop.webs.map(({ origin }) => origin))

const json = (body: unknown): Attempt => ({
  path: '/api/checkout-sessions',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
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

it.each(Object.entries(attacks))('%s: no 5xx', (_name, attack) => survives(attack))

it('changes no stock, holds no seat and leaves no error in the log', async () => {
  const pools = await shop.rows(
    `select count(*)::int as pools, sum(sold)::int as sold, sum(held)::int as held, sum(actual_limit)::int as "limit" from inventory`,
  )
  expect(pools).toEqual([{ pools: 12, sold: 0, held: 0, limit: 300 }])
  expect(await shop.rows('select id from reservations')).toEqual([])
  expect(await shop.rows(`select id from inventory_transactions where operation <> 'open'`)).toEqual([])
  expect(await shop.rows('select id from admin_sessions')).toEqual([])
  expect(shop.webs.flatMap((web) => web.logLines()).filter(({ level }) => level === 'error')).toEqual([])
})

/** A header can carry no more than this. */
function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').trim()
}
