import { beforeAll, expect, it } from 'vitest'
import type { TestAccount } from '../support/accounts'
import { callersSuite } from '../support/callers-suite'
import { type Attack, attackerOf, form, query } from '../support/hostile-input'

/** Some thousands of things that nobody means well, at every parameter of the console, from an owner. */

const { shop, callers } = callersSuite()
let owner: TestAccount

beforeAll(async () => {
  owner = await callers.account('owner')
})

const { send, survives } = attackerOf(() => shop.webs.map(({ origin }) => origin))

const insidePath =
  (path: string): Attack =>
  (text) => ({ path: path + encodeURIComponent(text.toWellFormed()) })

const manySeats = { operation: 'expand', tier: 'ga', additionalSpots: '5', reason: '' }

const newCity = {
  form: 'create',
  id: 'osaka-jul-2026',
  saleState: 'upcoming',
  'ga-limit': '35',
  'vip-limit': '15',
  name: 'Osaka',
  venue: '',
  address: '',
  timeZone: 'Asia/Tokyo',
  holdMinutes: '15',
  startsOn: '2026-07-10',
  endsOn: '2026-07-11',
  'ga-amount': '1000',
  'ga-currency': 'usd',
  'ga-stripePriceId': '',
  'vip-amount': '1500',
  'vip-currency': 'usd',
  'vip-stripePriceId': '',
}

/** What an address or a form of the console may name a row by. */
const insideAttacks: Record<string, Attack> = {
  'an exception': insidePath('/admin/exceptions/'),
  'an exception to close': (text) =>
    form(insidePath('/admin/exceptions/')(text, text).path, {
      form: 'dismiss',
      reason: 'None',
      expectedRefundedCents: '0',
      expectedDisputes: '0',
    }),
  'an exception to refund': (text) =>
    form(insidePath('/admin/exceptions/')(text, text).path, { form: 'refund', expectedRefundedCents: '0' }),
  'older exceptions': query('/admin/exceptions', 'cursor'),
  'an exception to find': query('/admin/exceptions', 'search'),
  'an exception in their file': query('/admin/exceptions.csv', 'search'),
  'a payment': insidePath('/admin/payments/'),
  'older events': query('/admin/payments', 'cursor'),
  'older payments of a search': query('/admin/payments', 'payments', '&search=ada@example.com'),
  'older disputes': query('/admin/payments/disputed', 'cursor'),
  'an event to find': query('/admin/payments', 'search'),
  'a payment in their file': query('/admin/payments.csv', 'search'),
  'an alert': insidePath('/admin/alerts/'),
  'an alert to send': (text) =>
    form(insidePath('/admin/alerts/')(text, text).path, { channel: 'slack', target: text }),
  'older alerts': query('/admin/alerts', 'cursor'),
  'older entries of the audit log': query('/admin/audit-log', 'cursor'),
  'somebody in the audit log': query('/admin/audit-log', 'actor'),
  'older transactions': query('/api/inventory/dallas-jan-2026', 'cursor', '&transactions=true'),
  'older expansions': query('/api/inventory/dallas-jan-2026', 'expansionsCursor', '&expansions=true'),
  'more cities': query('/api/admin/inventory', 'cursor'),
  'later holds of a city': query('/admin/cities/dallas-jan-2026', 'cursor'),
  'the first day of the audit log': query('/admin/audit-log', 'from'),
  'the last day of the audit log': query('/admin/audit-log', 'until'),
  'the last day of the audit log’s file': query('/admin/audit-log.csv', 'until'),
  'older rows of the ledger': query('/admin/cities/dallas-jan-2026/ledger', 'cursor'),
  'somebody in the ledger': query('/admin/cities/dallas-jan-2026/ledger', 'who'),
  'a payment in the ledger': query('/admin/cities/dallas-jan-2026/ledger', 'payment'),
  'the first day of a ledger': query('/admin/cities/dallas-jan-2026/ledger', 'from'),
  'the last day of a ledger': query('/admin/cities/dallas-jan-2026/ledger', 'until'),
  'somebody in a ledger’s file': query('/admin/cities/dallas-jan-2026/ledger.csv', 'who'),
  'a payment in a ledger’s file': query('/admin/cities/dallas-jan-2026/ledger.csv', 'payment'),
  'the last day of a ledger’s file': query('/admin/cities/dallas-jan-2026/ledger.csv', 'until'),
  'a city’s buyers': (text) => ({
    path: `${insidePath('/admin/cities/')(text, text).path}/buyers.csv`,
  }),
  'cities to give seats to': (text) => form('/admin/bulk', { form: 'preview', ...manySeats, cityId: text }),
  'cities to reset': (text) =>
    form('/admin/bulk', { form: 'preview', operation: 'reset', reason: 'None', cityId: text }),
  'cities to give seats to now': (text) =>
    form('/admin/bulk', { form: 'run', ...manySeats, targets: JSON.stringify([[text, 35]]), results: '[]' }),
  'cities to look for': (text) =>
    form('/admin/bulk', { form: 'show', ...manySeats, search: text, show: text, cityId: text }),
  'the days of a new city': (text) =>
    form('/admin/settings/cities/new', { ...newCity, startsOn: text, endsOn: text }),
  'a city to change': (text) =>
    form(insidePath('/admin/settings/cities/')(text, text).path, {
      ...newCity,
      form: 'details',
      version: text,
    }),
  'cities to look for in the settings': query('/admin/settings/cities', 'search'),
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
    const seen = { expectedRefundedCents: '0', expectedDisputes: '0' }
    const close = form(path, { form: 'dismiss', reason: 'None', ...seen })
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

it('leaves no error in the log', async () => {
  // All that they wrote has come by then.
  await Promise.all(shop.webs.map((web) => web.stop()))
  const lines = shop.webs.flatMap((web) => web.logLines())
  expect(lines.filter(({ level }) => level === 'error')).toEqual([])
})
