import { beforeAll, describe, expect, it } from 'vitest'
import { revokeSessions } from '@/lib/accounts'
import { type Deed, may, type Principal, type Role } from '@/lib/accounts/principal'
import { createToken, revokeToken } from '@/lib/accounts/tokens'
import { aClient, anAccount, aSession, somebody } from '../support/accounts'
import { callersSuite } from '../support/callers-suite'
import { holdRequest } from '../support/held-request'
import { listRoutes } from '../support/route-list'

/**
 * Who gets what at every address, by every method. The rows are held to the list of routes itself: one more route
 * without a row fails.
 */

/** What an address answers to one method. */
type Rule =
  /** The same to everybody. */
  | { kind: 'anyone'; status: number }
  /** A described call: a token that is not good is refused, whatever it asks for. */
  | { kind: 'call'; deed?: Deed; status: number }
  /** A page: for people who are signed in; tokens count for nothing. */
  | { kind: 'page'; deed: Deed; status: number }
  /** The same for what a page's script asks for: no way to the sign-in. */
  | { kind: 'feed'; deed: Deed; status: number }

const anyone = (status = 200): Rule => ({ kind: 'anyone', status })
const call = (status = 200): Rule => ({ kind: 'call', status })
const callFor = (deed: Deed, status = 200): Rule => ({ kind: 'call', deed, status })
const page = (deed: Deed, status = 200): Rule => ({ kind: 'page', deed, status })
const feed = (deed: Deed, status = 200): Rule => ({ kind: 'feed', deed, status })

interface Row {
  /** An address that the route answers. */
  at: string
  /** Methods that are left out are refused with 405, and OPTIONS names those that are not. HEAD goes with GET. */
  rules: Partial<Record<'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH' | 'OPTIONS', Rule>>
}

const nowhere: Row['rules'] = Object.fromEntries(
  (['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'] as const).map((method) => [method, anyone(404)]),
)
const cities = '/admin/cities/dallas-jan-2026'
const one = '00000000-0000-4000-8000-000000000000'

// An empty form or body is sent, so that nothing changes: what gets past the door is refused for its content.
const table: Record<string, Row> = {
  'home.tsx': { at: '/', rules: { GET: anyone() } },
  'city.tsx': { at: '/cities/dallas-jan-2026', rules: { GET: anyone(), POST: anyone(422) } },
  'checkout-success.tsx': { at: '/checkout/success?session_id=cs_none', rules: { GET: anyone() } },
  'checkout-cancelled.tsx': { at: '/checkout/cancelled', rules: { GET: anyone(), POST: anyone(404) } },
  'sign-out.ts': { at: '/sign-out', rules: { POST: anyone(303) } },

  'admin/home.tsx': { at: '/admin', rules: { GET: page('see') } },
  'admin/city.tsx': { at: cities, rules: { GET: page('see') } },
  'admin/city-ledger.tsx': { at: `${cities}/ledger`, rules: { GET: page('see') } },
  'admin/city-change.tsx': {
    at: `${cities}/expand?tier=ga`,
    rules: { GET: page('operate'), POST: page('operate', 422) },
  },
  'admin/audits.tsx': { at: '/admin/audits', rules: { GET: page('see'), POST: page('operate', 303) } },
  'admin/payments/index.tsx': { at: '/admin/payments', rules: { GET: page('see') } },
  'admin/payments/disputed.tsx': { at: '/admin/payments/disputed', rules: { GET: page('see') } },
  'admin/payments/payment.tsx': { at: '/admin/payments/none', rules: { GET: page('see', 404) } },
  'admin/exceptions.tsx': { at: '/admin/exceptions', rules: { GET: page('see') } },
  'admin/exception.tsx': {
    at: '/admin/exceptions/1',
    rules: { GET: page('see', 404), POST: page('operate', 422) },
  },
  'admin/alerts/index.tsx': { at: '/admin/alerts', rules: { GET: page('see'), POST: page('operate', 422) } },
  'admin/alerts/settings.tsx': {
    at: '/admin/alerts/settings',
    rules: { GET: page('see'), POST: page('own', 422) },
  },
  'admin/alerts/alert.tsx': {
    at: `/admin/alerts/${one}`,
    rules: { GET: page('see', 404), POST: page('operate', 422) },
  },
  'admin/links.tsx': { at: '/admin/links', rules: { GET: page('see'), POST: page('operate', 422) } },
  'admin/bulk.tsx': { at: '/admin/bulk', rules: { GET: page('operate'), POST: page('operate', 422) } },
  'admin/queues.tsx': { at: '/admin/queues', rules: { GET: page('see'), POST: page('operate', 422) } },
  'admin/audit-log.tsx': { at: '/admin/audit-log', rules: { GET: page('see') } },
  'admin/settings/index.tsx': { at: '/admin/settings', rules: { GET: page('see', 302) } },
  'admin/settings/cities.tsx': { at: '/admin/settings/cities', rules: { GET: page('see') } },
  'admin/settings/new-city.tsx': {
    at: '/admin/settings/cities/new',
    rules: { GET: page('own'), POST: page('own', 422) },
  },
  'admin/settings/city.tsx': {
    at: '/admin/settings/cities/dallas-jan-2026',
    rules: { GET: page('see'), POST: page('own', 400) },
  },
  'admin/settings/payments.tsx': {
    at: '/admin/settings/payments',
    rules: { GET: page('see'), POST: page('own', 422) },
  },
  'admin/settings/admins.tsx': {
    at: '/admin/settings/admins',
    rules: { GET: page('own'), POST: page('own', 422) },
  },
  'admin/settings/admin.tsx': {
    at: `/admin/settings/admins/${one}`,
    rules: { GET: page('own', 404), POST: page('own', 422) },
  },
  'admin/settings/tokens.tsx': {
    at: '/admin/settings/tokens',
    rules: { GET: page('own'), POST: page('own', 422) },
  },
  'admin/security.tsx': { at: '/admin/security', rules: { GET: page('see'), POST: page('see', 422) } },
  'admin/authenticator.tsx': {
    at: '/admin/security/authenticator',
    rules: { GET: page('see'), POST: page('see', 422) },
  },
  'admin/passkeys.tsx': {
    at: '/admin/security/passkeys',
    rules: { GET: page('see'), POST: page('see', 422) },
  },
  'admin/recovery-codes.tsx': {
    at: '/admin/security/recovery-codes',
    rules: { GET: page('see'), POST: page('see', 422) },
  },
  'admin/password.tsx': {
    at: '/admin/security/password',
    rules: { GET: page('see'), POST: page('see', 422) },
  },
  'admin/unknown.tsx': { at: '/admin/none', rules: { GET: page('see', 404), POST: page('see', 404) } },
  'admin/city-ledger-csv.ts': { at: `${cities}/ledger.csv`, rules: { GET: page('see') } },
  'admin/city-buyers-csv.ts': { at: `${cities}/buyers.csv`, rules: { GET: page('see') } },
  'admin/payments/payments-csv.ts': { at: '/admin/payments.csv', rules: { GET: page('see') } },
  'admin/payments/disputed-csv.ts': { at: '/admin/payments/disputed.csv', rules: { GET: page('see') } },
  'admin/exceptions-csv.ts': { at: '/admin/exceptions.csv', rules: { GET: page('see') } },
  'admin/alerts/alerts-csv.ts': { at: '/admin/alerts.csv', rules: { GET: page('see') } },
  'admin/stock-stream.ts': { at: '/admin/stock-stream', rules: { GET: feed('see') } },
  'admin/audit-log-csv.ts': { at: '/admin/audit-log.csv', rules: { GET: page('see') } },

  'api/inventory.ts': {
    at: '/api/inventory',
    rules: { GET: call(), POST: callFor('operate', 422), DELETE: callFor('own', 422) },
  },
  'api/inventory-stream.ts': { at: '/api/inventory/stream', rules: { GET: call() } },
  'api/inventory-city.ts': { at: '/api/inventory/dallas-jan-2026', rules: { GET: call() } },
  'api/admin-inventory.ts': {
    at: '/api/admin/inventory',
    rules: { GET: callFor('see'), POST: callFor('operate', 422) },
  },
  'api/admin-inventory-stream.ts': { at: '/api/admin/inventory/stream', rules: { GET: callFor('see') } },
  'api/checkout-sessions.ts': { at: '/api/checkout-sessions', rules: { POST: call(422) } },
  'api/stripe-webhook.ts': { at: '/api/webhooks/stripe', rules: { POST: anyone(400) } },
  'api/openapi.ts': { at: '/api/openapi.json', rules: { GET: call() } },
  'api/docs.ts': { at: '/api/docs', rules: { GET: call() } },
  'api/unknown.ts': { at: '/api/none', rules: nowhere },

  'metrics.ts': { at: '/metrics', rules: { GET: callFor('see') } },
  'healthz.ts': { at: '/healthz', rules: { GET: anyone() } },
  'readyz.ts': { at: '/readyz', rules: { GET: anyone() } },
  'unknown.tsx': { at: '/none', rules: nowhere },
}

interface Caller {
  name: string
  /** What the product should make of it. */
  is: 'nobody' | 'bad token' | 'session' | 'token' | 'other site'
  role?: Role
  headers: () => Promise<Record<string, string>>
}

const { shop, callers } = callersSuite()
const known = new Map<string, Promise<Record<string, string>>>()

const everybody: Caller[] = [
  { name: 'nobody', is: 'nobody', headers: async () => ({}) },
  { name: 'an expired session', is: 'nobody', headers: () => callers.expiredSession() },
  { name: 'a viewer', is: 'session', role: 'viewer', headers: () => callers.session('viewer') },
  { name: 'an operator', is: 'session', role: 'operator', headers: () => callers.session('operator') },
  { name: 'an owner', is: 'session', role: 'owner', headers: () => callers.session('owner') },
  { name: 'a read token', is: 'token', role: 'viewer', headers: () => callers.token('read') },
  { name: 'an operate token', is: 'token', role: 'operator', headers: () => callers.token('operate') },
  { name: 'an own token', is: 'token', role: 'owner', headers: () => callers.token('own') },
  { name: 'an expired token', is: 'bad token', headers: () => callers.expiredToken() },
  { name: 'a revoked token', is: 'bad token', headers: () => callers.revokedToken() },
  {
    name: 'a made-up header',
    is: 'bad token',
    headers: async () => ({ authorization: 'Basic b3duZXI6b3duZXI=' }),
  },
  {
    name: 'another site with an owner’s cookie',
    is: 'other site',
    role: 'owner',
    headers: async () => ({ ...(await callers.session('owner')), origin: 'https://evil.example' }),
  },
]

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
type Method = (typeof methods)[number]

beforeAll(async () => {
  // It could begin what one caller has asked for before another one asks for it.
  await shop.worker.stop()
})

it('has a row for every route, and no row besides', () => {
  const listed = new Set(listRoutes().map(({ file }) => file))
  expect([...listed].filter((file) => !(file in table) && !(file in signInPages))).toEqual([])
  expect(Object.keys(table).filter((file) => !listed.has(file))).toEqual([])
})

// What these answer depends on how far a sign-in has come, so they have a test of their own (sign-in.test.ts).
const signInPages = {
  'sign-in/index.tsx': 0,
  'sign-in/second-factor.tsx': 0,
  'sign-in/passkey-options.ts': 0,
}

describe.each(Object.entries(table))('%s', (_file, row) => {
  it.each(methods)(`${row.at}: %s`, async (method) => {
    const expected = Object.fromEntries(
      everybody.map((caller) => [caller.name, statusFor(caller, row, method)]),
    )
    const answers = await Promise.all(
      everybody.map(async (caller) => [caller.name, await knock(caller, row, method)] as const),
    )
    expect(Object.fromEntries(answers)).toEqual(expected)
  })
})

describe('whose body is still to come, when their way in is taken away', () => {
  const withBody = Object.values(table).flatMap(({ at, rules: { GET: _, ...rules } }) =>
    Object.entries(rules).flatMap(([method, { kind, ...rule }]) =>
      'deed' in rule && rule.status !== 404 && (kind === 'page' || kind === 'call')
        ? [{ method, at, kind, ...rule }]
        : [],
    ),
  )

  it('does nothing any more by a session', async () => {
    const account = await anAccount('owner')
    const { token } = await aSession(account, aClient('127.0.0.1'))
    const headers = { cookie: `session=${token}` }
    const held = await Promise.all(withBody.map((door) => hold(door, headers)))
    // By now the server has asked, for the others as well, who sends them.
    expect(await statusOf('/admin/security', headers)).toBe(200)
    await revokeSessions({ accountId: account.id }, somebody)
    const answers = await Promise.all(held.map(({ finish }) => finish()))
    expect(
      Object.fromEntries(withBody.map(({ method, at }, index) => [`${method} ${at}`, answers[index]])),
    ).toEqual(
      Object.fromEntries(
        withBody.map(({ method, at, kind }) => [`${method} ${at}`, kind === 'page' ? 303 : 401]),
      ),
    )
  })

  it('does nothing any more by a token', async () => {
    const doors = withBody.filter(({ kind }) => kind === 'call')
    const made = await createToken({ name: 'taken away', scope: 'own' }, somebody)
    if (!made.ok) throw new Error(made.code)
    const headers = { authorization: `Bearer ${made.value.token}` }
    const held = await Promise.all(doors.map((door) => hold(door, headers)))
    expect(await statusOf('/api/admin/inventory', headers)).toBe(200)
    await revokeToken(made.value.id, somebody)
    expect(await Promise.all(held.map(({ finish }) => finish()))).toEqual(doors.map(() => 401))
  })

  const hold = ({ method, at }: { method: string; at: string }, headers: Record<string, string>) =>
    holdRequest(shop.webs[0].origin + at, {
      method,
      headers: { ...headers, 'content-type': typeOf(at) },
      body: bodyOf(at),
    })
  const statusOf = async (at: string, headers: Record<string, string>) => {
    const response = await fetch(shop.webs[0].origin + at, { headers, redirect: 'manual' })
    await response.text()
    return response.status
  }
})

it('left a row in the audit log for every attempt to change something that was refused', async () => {
  const rows = await shop.rows<{ action: string; actor_kind: string; code: string; attempts: number }>(
    `select action, actor_kind, code, count(*)::int as attempts from admin_audit
     where code in ('forbidden', 'unauthenticated') group by 1, 2, 3`,
  )
  const attempts = (action: string, kind: string, code: string) =>
    rows.find((row) => row.action === action && row.actor_kind === kind && row.code === code)?.attempts ?? 0
  for (const [action, kind, count] of [
    ['inventory.expand', 'admin', 1],
    ['inventory.expand', 'token', 1],
    ['inventory.reset', 'admin', 2],
    ['inventory.reset', 'token', 2],
    ['inventory.bulk', 'admin', 1],
    ['inventory.bulk', 'token', 1],
  ] as const) {
    expect([action, kind, attempts(action, kind, 'forbidden')]).toEqual([action, kind, count])
  }
  // Of strangers, some rows of each address are enough.
  expect(attempts('inventory.expand', 'nobody', 'unauthenticated')).toBeGreaterThan(0)
  const pages = Object.values(table).flatMap(({ rules: { POST } }) =>
    POST?.kind === 'page' ? [POST.deed] : [],
  )
  const refused = pages.reduce((sum, deed) => sum + { see: 0, operate: 1, own: 2 }[deed], 0)
  expect(attempts('page.submit', 'admin', 'forbidden')).toBe(refused)
})

it('changed nothing, and left no error in the log', async () => {
  expect(await shop.rows(`select id from inventory_transactions where operation <> 'open'`)).toEqual([])
  const lines = shop.webs.flatMap((web) => web.logLines())
  expect(lines.filter(({ level }) => level === 'error')).toEqual([])
})

function statusFor(caller: Caller, row: Row, method: Method): number {
  const isUnsafe = !['GET', 'HEAD', 'OPTIONS'].includes(method)
  if (caller.is === 'other site' && isUnsafe) return 403
  if (method === 'OPTIONS' && !row.rules.OPTIONS) return 204
  const isSignedIn = caller.is === 'session' || caller.is === 'other site'
  const rule = row.rules[method === 'HEAD' ? 'GET' : method]
  if (!rule) return 405
  switch (rule.kind) {
    case 'anyone':
      return rule.status
    case 'call':
      if (caller.is === 'bad token' || (rule.deed && !caller.role)) return 401
      return !rule.deed || may(principalOf(caller), rule.deed) ? rule.status : 403
    case 'feed':
      return isSignedIn && may(principalOf(caller), rule.deed) ? rule.status : 401
    case 'page':
      if (!isSignedIn) return isUnsafe ? 303 : 302
      return may(principalOf(caller), rule.deed) ? rule.status : 403
  }
}

function principalOf({ role = 'viewer' }: Caller): Principal {
  return { kind: 'token', tokenId: 'any', name: 'any', role }
}

/** @returns the status, or what is wrong with the answer besides */
async function knock(
  { name, is, headers }: Caller,
  { at, rules }: Row,
  method: Method,
): Promise<number | string> {
  const own = known.get(name) ?? headers()
  known.set(name, own)
  const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(method)
  // Signing out ends a session, and nobody else should lose theirs by it.
  const given = at === '/sign-out' ? await headers() : await own
  const controller = new AbortController()
  const response = await fetch(shop.webs[0].origin + at, {
    method,
    redirect: 'manual',
    signal: controller.signal,
    headers: {
      ...(hasBody && { 'content-type': typeOf(at) }),
      ...given,
    },
    ...(hasBody && { body: bodyOf(at) }),
  })
  const faults = faultsOf(response, is, methodsOf(rules))
  controller.abort()
  return faults.length > 0 ? `${response.status} ${faults.join(', ')}` : response.status
}

function typeOf(at: string): string {
  return at.startsWith('/api/') ? 'application/json' : 'application/x-www-form-urlencoded'
}

function bodyOf(at: string): string {
  return at.startsWith('/api/') ? '{}' : 'sessionId=none'
}

/** As `Allow` names them. */
function methodsOf(rules: Row['rules']): string {
  return Object.keys(rules).join(', ').replace('GET', 'GET, HEAD')
}

/** What no answer may lack or have. */
function faultsOf({ status, headers }: Response, is: Caller['is'], allowed: string): string[] {
  const has = (header: string) => headers.get(header) !== null
  return [
    ...(has('content-security-policy') ? [] : ['no policy']),
    ...(headers.get('x-content-type-options') === 'nosniff' ? [] : ['sniffing']),
    ...(headers.get('x-frame-options') === 'DENY' ? [] : ['framing']),
    ...(has('referrer-policy') ? [] : ['no referrer policy']),
    ...(has('x-request-id') ? [] : ['no request id']),
    ...(has('x-powered-by') ? ['powered by'] : []),
    ...([204, 405].includes(status) && headers.get('allow') !== allowed
      ? [`Allow: ${headers.get('allow')}`]
      : []),
    ...(status === 401 && !has('www-authenticate') ? ['no WWW-Authenticate'] : []),
    ...(has('access-control-allow-origin') ? ['open to other sites'] : []),
    ...(is === 'session' && status === 200 && headers.get('cache-control')?.includes('public')
      ? ['cached']
      : []),
  ]
}
