import { randomUUID } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'
import { holdLock } from '../support/lock'
import { until } from '../support/until'

const { shop, callers } = callersSuite()
let operator: Record<string, string>
let owner: Record<string, string>

beforeAll(async () => {
  ;[operator, owner] = await Promise.all([callers.token('operate'), callers.token('own')])
})

interface Answer {
  status: number
  text: string
  body: { success: boolean; code?: string; data?: Record<string, unknown> }
  headers: Headers
}

async function send(
  path: string,
  body: unknown,
  headers: Record<string, string>,
  { method = 'POST', origin = shop.origin } = {},
): Promise<Answer> {
  const response = await fetch(origin + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    body: JSON.parse(text) as Answer['body'],
    headers: response.headers,
  }
}

const expansion = (cityId: string, additionalSpots = 3) => ({
  cityId,
  tier: 'ga',
  additionalSpots,
  authorizedBy: 'Dana',
  reason: 'A test',
})

const limitOf = async (cityId: string) =>
  (
    await shop.rows<{ limit: number }>(
      `select actual_limit as "limit" from inventory where city_id = $1 and tier = 'ga'`,
      [cityId],
    )
  )[0]?.limit

it('runs a request once, and answers the same bytes ever after, from any process', async () => {
  const headers = { ...operator, 'Idempotency-Key': randomUUID() }
  const first = await send('/api/inventory', expansion('dallas-jan-2026'), headers)
  const second = await send('/api/inventory', expansion('dallas-jan-2026'), headers, {
    origin: shop.otherOrigin,
  })
  expect([first.status, second.status, second.text]).toEqual([200, 200, first.text])
  expect([first, second].map((answer) => answer.headers.get('idempotency-replayed'))).toEqual([null, 'true'])
  expect(await limitOf('dallas-jan-2026')).toBe(38)
  expect(await auditRows('dallas-jan-2026')).toEqual([
    {
      action: 'inventory.expand',
      outcome: 'applied',
      code: null,
      actor_kind: 'token',
      actor_label: 'tests operate',
      authorized_by: 'Dana',
      reason: 'A test',
      address: '127.0.0.1',
      request_id: first.headers.get('x-request-id'),
      before: { ga: { sold: 0, publicLimit: 35, actualLimit: 35 } },
      after: { ga: { sold: 0, publicLimit: 35, actualLimit: 38 } },
    },
  ])
})

it('refuses the key for another request, and takes it from another caller or for another route', async () => {
  const key = { 'Idempotency-Key': randomUUID() }
  const city = 'atlanta-feb-2026'
  expect((await send('/api/inventory', expansion(city), { ...operator, ...key })).status).toBe(200)
  expect(await send('/api/inventory', expansion(city, 4), { ...operator, ...key })).toMatchObject({
    status: 409,
    body: { code: 'key_reused' },
  })
  expect((await send('/api/inventory', expansion(city), { ...owner, ...key })).status).toBe(200)
  const bulk = {
    operation: 'expand',
    data: { cities: [city], tier: 'ga', additionalSpots: 1 },
    authorizedBy: 'D',
  }
  expect((await send('/api/admin/inventory', bulk, { ...operator, ...key })).status).toBe(200)
  expect(await limitOf(city)).toBe(42)
})

it('runs one of many that come at the same moment; the others wait or hear so', async () => {
  const headers = { ...operator, 'Idempotency-Key': randomUUID() }
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      send('/api/inventory', expansion('vegas-mar-2026'), headers, {
        origin: index % 2 ? shop.origin : shop.otherOrigin,
      }),
    ),
  )
  for (const { status, body, headers: answered } of answers) {
    if (status === 200) continue
    expect([status, body.code, answered.get('retry-after')]).toEqual([409, 'in_progress', '1'])
  }
  expect(await limitOf('vegas-mar-2026')).toBe(38)
})

it('keeps refusals that last, and no answer of a bad moment', async () => {
  const key = { ...operator, 'Idempotency-Key': randomUUID() }
  const refused = await send('/api/inventory', expansion('atlantis'), key)
  expect([refused.status, (await send('/api/inventory', expansion('atlantis'), key)).text]).toEqual([
    404,
    refused.text,
  ])

  const lock = await holdLock(shop, `select 1 from inventory where city_id = 'nyc-apr-2026' for update`)
  const other = { ...operator, 'Idempotency-Key': randomUUID() }
  const late = await send('/api/inventory', expansion('nyc-apr-2026'), other)
  expect([late.status, late.headers.get('retry-after')]).toEqual([503, '2'])
  await lock.release()
  expect((await send('/api/inventory', expansion('nyc-apr-2026'), other)).status).toBe(200)
  expect(await limitOf('nyc-apr-2026')).toBe(38)
})

it('changes nothing twice when the process dies between the change and its answer', async () => {
  const web = await shop.startWeb(0)
  const headers = { ...operator, 'Idempotency-Key': randomUUID() }
  const city = 'chicago-may-2026'
  // After the commit the process looks at all that is on sale before it answers: for this lock it waits up to 3 s.
  const lock = await holdLock(shop, 'lock table prices in access exclusive mode')
  const answer = send('/api/inventory', expansion(city), headers, { origin: web.origin }).catch(() => null)
  await until(async () => (await limitOf(city)) === 38)
  await web.kill()
  await lock.release()
  expect(await answer).toBeNull()
  const again = await send('/api/inventory', expansion(city), headers)
  expect(again).toMatchObject({ status: 200, body: { data: { newLimit: 38 } } })
  expect(await limitOf(city)).toBe(38)
})

it('takes a dead run over after its lease, and only for the same request', async () => {
  const key = randomUUID()
  const body = expansion('sf-jun-2026')
  const headers = { ...operator, 'Idempotency-Key': key }
  // To the next one this is a run that died; what it changed tells apart whether another one followed.
  await send('/api/inventory', body, headers)
  expect(await limitOf('sf-jun-2026')).toBe(38)
  await shop.rows(`update idempotency_keys set answer = null, lease_until = app_now() + interval '1 minute'
    where created_at = (select max(created_at) from idempotency_keys)`)
  expect((await send('/api/inventory', body, headers)).body.code).toBe('in_progress')
  await shop.rows(
    `update idempotency_keys set lease_until = app_now() - interval '1 second' where answer is null`,
  )
  expect((await send('/api/inventory', expansion('sf-jun-2026', 9), headers)).body.code).toBe('key_reused')
  expect(await limitOf('sf-jun-2026')).toBe(38)
  expect(await send('/api/inventory', body, headers)).toMatchObject({
    status: 200,
    body: { data: { newLimit: 41 } },
  })
  expect(await limitOf('sf-jun-2026')).toBe(41)
})

it('gives a buyer without a cookie the same hold and page again', async () => {
  const order = { cityId: 'dallas-jan-2026', tier: 'vip', quantity: 2 }
  const key = { 'Idempotency-Key': randomUUID() }
  const [one, two] = await Promise.all([
    send('/api/checkout-sessions', order, key),
    send('/api/checkout-sessions', order, key, { origin: shop.otherOrigin }),
  ])
  const again = await send('/api/checkout-sessions', order, key)
  expect(again.status).toBe(201)
  for (const answer of [one, two]) {
    if (answer.status === 201) expect(answer.text).toBe(again.text)
    else expect(answer).toMatchObject({ status: 409, body: { code: 'in_progress' } })
  }
  expect([one.status, two.status]).toContain(201)
  expect(
    await shop.rows(`select held from inventory where city_id = 'dallas-jan-2026' and tier = 'vip'`),
  ).toEqual([{ held: 2 }])
  // What the database keeps of it tells nobody whose hold it is.
  const kept = await shop.rows<{ all: string }>(
    `select encode(answer, 'escape') || scope || encode(key_hash, 'escape') as all from idempotency_keys`,
  )
  for (const row of kept) expect(row.all).not.toContain(String(again.body.data?.holdToken))
})

it('tells a buyer without cookie or key whose their seats are while Stripe cannot be reached', async () => {
  const { control } = shop.standIn
  const order = { cityId: 'nyc-apr-2026', tier: 'vip', quantity: 6, email: 'ada@example.com' }
  await control.fault({ match: 'POST /v1/checkout/sessions', kind: 'disconnect-before', times: Infinity })
  const unclear = await send('/api/checkout-sessions', order, {})
  await control.clearFaults()
  expect(unclear).toMatchObject({
    status: 503,
    body: { code: 'payment_unavailable', data: { holdToken: expect.any(String) as string } },
  })
  const { holdToken } = unclear.body.data ?? {}
  expect(await send('/api/checkout-sessions', { ...order, holdToken }, {})).toMatchObject({
    status: 201,
    body: { data: { holdToken } },
  })
})

it.each(['', 'a b', 'ü', 'x'.repeat(256)])('refuses %j as a key', async (key) => {
  const refused = await send('/api/inventory', expansion('sf-jun-2026'), {
    ...operator,
    'Idempotency-Key': key,
  })
  expect(refused).toMatchObject({ status: 400, body: { code: 'malformed' } })
})

it('expands nine of ten cities, names the tenth, and does nothing twice', async () => {
  await shop.rows(`insert into cities (id, name, time_zone, starts_on, ends_on) select 'bulk-' || n, 'Bulk ' || n,
    'UTC', '2027-01-01', '2027-01-02' from generate_series(1, 9) n`)
  await shop.rows(`insert into inventory (city_id, tier, public_limit, actual_limit) select 'bulk-' || n, tier, 10, 10
    from generate_series(1, 9) n cross join (values ('ga'), ('vip')) tiers (tier)`)
  const cities = [1, 2, 3, 4, 5, 6, 'none', 7, 8, 9].map((n) => `bulk-${n}`)
  const body = { operation: 'expand', data: { cities, tier: 'GA', additionalSpots: 5 }, authorizedBy: 'Dana' }
  const headers = { ...operator, 'Idempotency-Key': randomUUID() }
  const first = await send('/api/admin/inventory', body, headers)
  expect(first).toMatchObject({
    status: 200,
    body: {
      success: false,
      code: 'partial',
      data: { operation: 'expand', totalCities: 10, successCount: 9, failureCount: 1 },
    },
  })
  const results = first.body.data?.results as { cityId: string }[]
  expect(results.map(({ cityId }) => cityId)).toEqual(cities)
  expect(results[6]).toEqual({
    cityId: 'bulk-none',
    success: false,
    code: 'unknown_city',
    error: expect.any(String) as string,
  })
  expect(results[0]).toEqual({ cityId: 'bulk-1', success: true, newLimit: 15 })
  expect((await send('/api/admin/inventory', body, headers)).text).toBe(first.text)
  expect(await limitOf('bulk-1')).toBe(15)
  expect(
    await shop.rows(
      `select outcome, count(*)::int from admin_audit where target like 'bulk-%' group by 1 order by 1`,
    ),
  ).toEqual([
    { outcome: 'applied', count: 9 },
    { outcome: 'refused', count: 1 },
  ])
})

it('names a city that cannot be changed, changes the others once, and says the same again', async () => {
  const endOfChain = (rows: number) =>
    shop.rows(`update inventory set last_sequence = last_sequence + $1 where city_id = 'bulk-4'`, [rows])
  await endOfChain(-1)
  const data = { cities: ['bulk-4', 'bulk-5'], tier: 'ga', additionalSpots: 5 }
  const body = { operation: 'expand', data, authorizedBy: 'Dana' }
  const headers = { ...operator, 'Idempotency-Key': randomUUID() }
  const first = await send('/api/admin/inventory', body, headers)
  await endOfChain(1)
  expect(first).toMatchObject({ status: 200, body: { code: 'partial' } })
  expect(first.body.data?.results).toEqual([
    {
      cityId: 'bulk-4',
      success: false,
      code: 'change_failed',
      error: expect.stringContaining('could not be changed') as string,
    },
    { cityId: 'bulk-5', success: true, newLimit: 20 },
  ])
  expect((await send('/api/admin/inventory', body, headers)).text).toBe(first.text)
  expect([await limitOf('bulk-4'), await limitOf('bulk-5')]).toEqual([15, 20])
  expect((await auditRows('bulk-4')).at(-1)).toMatchObject({ outcome: 'refused', code: 'change_failed' })
})

it('takes 500 cities in one call, and no city twice', async () => {
  const cities = Array.from({ length: 500 }, (_, index) => `none-${index}`)
  const bulk = (named: string[]) => ({
    operation: 'expand',
    data: { cities: named, tier: 'ga', additionalSpots: 1 },
    authorizedBy: 'Dana',
  })
  expect((await send('/api/admin/inventory', bulk(cities), operator)).body.data).toMatchObject({
    failureCount: 500,
  })
  expect((await send('/api/admin/inventory', bulk([...cities, 'x']), operator)).status).toBe(422)
  expect((await send('/api/admin/inventory', bulk([]), operator)).status).toBe(422)
  expect((await send('/api/admin/inventory', bulk(['bulk-1', 'bulk-1']), operator)).status).toBe(422)
  expect(await limitOf('bulk-1')).toBe(15)
})

it('resets only for an owner, and raises alerts', async () => {
  const reset = { operation: 'reset', data: { cities: ['bulk-1', 'bulk-2'] }, authorizedBy: 'Dana' }
  expect(await send('/api/admin/inventory', reset, operator)).toMatchObject({ status: 403 })
  expect(await limitOf('bulk-1')).toBe(15)
  expect((await send('/api/admin/inventory', reset, owner)).body).toMatchObject({
    success: true,
    data: { results: [{ success: true, forgottenSeats: 0 }, { success: true }] },
  })
  expect(await limitOf('bulk-1')).toBe(10)
  const single = { cityId: 'bulk-3', authorizedBy: 'Dana', reason: 'A test' }
  expect((await send('/api/inventory', single, operator, { method: 'DELETE' })).status).toBe(403)
  expect((await send('/api/inventory', single, owner, { method: 'DELETE' })).body).toEqual({
    success: true,
    data: { cityId: 'bulk-3', forgottenSeats: 0 },
  })

  const alert = {
    operation: 'alert',
    data: { cities: ['bulk-1', 'none'], reason: 'Doors open late' },
    authorizedBy: 'D',
  }
  expect((await send('/api/admin/inventory', alert, operator)).body.data).toMatchObject({ successCount: 1 })
  expect(await shop.rows(`select city_id, subject from alerts where kind = 'manual'`)).toEqual([
    { city_id: 'bulk-1', subject: 'Bulk 1: Doors open late' },
  ])
  for (const reason of [undefined, null, ' ']) {
    const bare = { ...alert, data: { cities: ['bulk-2'], reason } }
    expect(await send('/api/admin/inventory', bare, operator)).toMatchObject({ status: 200 })
  }
  expect(
    await shop.rows(`select distinct subject, body from alerts where kind = 'manual' and city_id = 'bulk-2'`),
  ).toEqual([{ subject: 'Bulk 2: please look at its stock', body: 'No reason was given.\nSent by D.' }])
})

it.each([
  [{ tier: 'ga', additionalSpots: 1 }, 'cityId is missing'],
  [{ ...expansion('bulk-1'), additionalSpots: 0 }, 'Additional spots must be positive'],
  [{ ...expansion('bulk-1'), additionalSpots: 10_001 }, 'additionalSpots must be at most 10000'],
  [{ ...expansion('bulk-1'), additionalSpots: '5' }, 'additionalSpots must be a whole number'],
  [{ ...expansion('bulk-1'), authorizedBy: ' ' }, 'Authorization required for inventory expansion'],
  [{ ...expansion('bulk-1'), tier: 'gold' }, 'tier must be ga or vip'],
])('%j: %s', async (body, error) => {
  expect(await send('/api/inventory', body, operator)).toMatchObject({
    status: 422,
    body: { code: 'invalid', error },
  })
})

function auditRows(target: string) {
  return shop.rows(
    `select action, outcome, code, actor_kind, actor_label, authorized_by, reason, address, request_id, before, after
     from admin_audit where target = $1 order by id`,
    [target],
  )
}
