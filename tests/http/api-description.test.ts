import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalog } from '@/app/api/catalog'
import { type ApiDocument, type Judge, judgeBy, type Operation } from '../support/api-description'
import { callersSuite } from '../support/callers-suite'

/** The description is what other systems build on: every answer of the running shop is held against it. */

const { shop, callers } = callersSuite()
let owner: Record<string, string>
const documents = new Map<'nobody' | 'owner', { document: ApiDocument; judge: Judge }>()

beforeAll(async () => {
  owner = await callers.token('own')
  for (const [who, headers] of [
    ['nobody', {}],
    ['owner', owner],
  ] as const) {
    const document = (await (
      await fetch(`${shop.origin}/api/openapi.json`, { headers })
    ).json()) as ApiDocument
    documents.set(who, { document, judge: judgeBy(document) })
  }
})

const described = (who: 'nobody' | 'owner') => {
  const found = documents.get(who)
  if (!found) throw new Error(`No description for ${who}`)
  return found
}

interface Sent {
  method: string
  path: string
  params?: Record<string, string>
  query?: Record<string, string | undefined>
  body?: unknown
}

async function send({ method, path, params = {}, query = {}, body }: Sent, headers: Record<string, string>) {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''))
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const search = new URLSearchParams(given).toString()
  const controller = new AbortController()
  const response = await fetch(shop.webs[0].origin + filled + (search && `?${search}`), {
    method,
    signal: controller.signal,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const { status, headers: answered } = response
  const contentType = answered.get('content-type') ?? ''
  const hasJson = contentType.startsWith('application/json') && status !== 304
  const text = contentType.startsWith('text/event-stream') ? '' : await response.text()
  controller.abort()
  return { status, contentType, headers: answered, body: hasJson ? (JSON.parse(text) as unknown) : text }
}

describe('the description', () => {
  it('is OpenAPI 3.1 and holds every call of the catalog, each with its own name', () => {
    const { document } = described('owner')
    expect(document.openapi).toBe('3.1.0')
    const names = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    )
    expect(names.toSorted()).toEqual(catalog.map(({ id }) => id).toSorted())
    expect(new Set(names).size).toBe(names.length)
  })

  it('tells nobody of calls that need a role, nor of numbers that are hidden', () => {
    const { document } = described('nobody')
    const who = new Map(catalog.map(({ id, who }) => [id, who]))
    for (const methods of Object.values(document.paths))
      for (const { operationId } of Object.values(methods)) expect(who.get(operationId)).toBe('anyone')
    expect(JSON.stringify(document)).not.toMatch(
      /actualLimits|actualAvailable|isActualSoldOut|FullStock|additionalSpots/,
    )
  })

  it('is held against answers: a wrong one is noticed', async () => {
    const { judge } = described('nobody')
    const good = await send({ method: 'GET', path: '/api/inventory' }, {})
    expect(judge.faults('/api/inventory', 'get', good)).toEqual([])
    const [first] = (good.body as { data: Record<string, unknown>[] }).data
    for (const wrong of [
      { ...good, status: 204 },
      { ...good, contentType: 'text/plain' },
      { ...good, headers: new Headers({ 'Idempotency-Replayed': 'true' }) },
      { ...good, body: { success: true } },
      { ...good, body: { success: true, data: [{ ...first, publicLimits: { ga: -1, vip: 2 } }] } },
      { ...good, body: { success: true, data: [{ ...first, lastUpdated: 'yesterday' }] } },
      { ...good, body: { success: true, data: [{ ...first, actualLimits: { ga: 1, vip: 1 } }] } },
    ])
      expect(judge.faults('/api/inventory', 'get', wrong)).not.toEqual([])
  })

  it('can be read with a role alone in its private form', async () => {
    const whole = await fetch(`${shop.origin}/api/openapi.json`, { headers: owner })
    expect(whole.headers.get('cache-control')).toBe('private, no-store')
  })
})

describe('every documented example', () => {
  const examples = catalog.flatMap((call) => (call.examples ?? []).map((example) => ({ call, example })))

  it.each(examples)('$call.id: $example.summary', async ({ call, example }) => {
    const method = call.method.toLowerCase()
    const needsRole = call.who !== 'anyone'
    const request = { method: call.method, path: call.path, ...example }
    const answer = await send(request, needsRole ? owner : {})
    const { judge } = described(needsRole ? 'owner' : 'nobody')
    expect(judge.faults(call.path, method, answer)).toEqual([])
    expect(answer.status).toBe(example.status)
    if (needsRole) {
      const refused = await send(request, {})
      expect([refused.status, judge.faults(call.path, method, refused)]).toEqual([401, []])
    }
  })

  it('is there for every call that can be sent without knowing more', () => {
    const without = catalog.filter(({ examples, answer }) => !examples?.length && answer.as !== 'events')
    expect(without.map(({ id }) => id)).toEqual([])
  })
})

describe('what a client need not be sent twice', () => {
  const reads = catalog.filter(({ isPublicRead, answer }) => isPublicRead && answer.as !== 'events')

  it.each(reads.map((call) => [call.id, call] as const))('%s with the ETag of before', async (_id, call) => {
    const { path, examples = [] } = call
    const { judge, document } = described('nobody')
    const request = { method: 'GET', path, params: examples[0]?.params }
    const first = await send(request, {})
    const again = await send(request, { 'If-None-Match': first.headers.get('etag') ?? '' })
    expect([first.status, again.status]).toEqual([200, 304])
    expect([judge.faults(path, 'get', first), judge.faults(path, 'get', again)]).toEqual([[], []])
    expect(document.paths[path]?.get?.parameters).toContainEqual(
      expect.objectContaining({ name: 'If-None-Match', in: 'header' }),
    )
  })

  it('a checkout with the Idempotency-Key of before, bought or refused', async () => {
    const { judge } = described('nobody')
    for (const [quantity, status] of [
      [1, 201],
      [10, 409],
    ] as const) {
      const body = { cityId: 'vegas-mar-2026', tier: 'vip', quantity, email: 'bea@example.com' }
      const request = { method: 'POST', path: '/api/checkout-sessions', body }
      const key = { 'Idempotency-Key': `described-${quantity}` }
      if (status === 409)
        await shop.sql(`update cities set sale_state = 'paused' where id = 'vegas-mar-2026'`)
      const answers = [await send(request, key), await send(request, key)]
      expect(answers.map((one) => [one.status, one.headers.get('idempotency-replayed')])).toEqual([
        [status, null],
        [status, 'true'],
      ])
      for (const one of answers) expect(judge.faults('/api/checkout-sessions', 'post', one)).toEqual([])
    }
    await shop.sql(`update cities set sale_state = 'on_sale' where id = 'vegas-mar-2026'`)
  })
})

it('what is refused at the door is described with every call', async () => {
  const { judge } = described('owner')
  for (const { method, path, examples } of catalog) {
    for (const [query, status] of [
      [{ _data: 'any' }, 400],
      [{ any: 'x'.repeat(9_000) }, 414],
    ] as const) {
      const answer = await send({ method, path, params: examples?.[0]?.params, query }, {})
      expect([answer.status, judge.faults(path, method.toLowerCase(), answer)]).toEqual([status, []])
    }
  }
})

it.each([255, 256])(
  'a name of %i characters among many cities is answered as it is described',
  async (length) => {
    const { judge } = described('owner')
    const data = { cities: ['x'.repeat(length)], tier: 'ga', additionalSpots: 1 }
    const bulk = { method: 'POST', path: '/api/admin/inventory' }
    const answer = await send({ ...bulk, body: { operation: 'expand', data, authorizedBy: 'Dana' } }, owner)
    expect([answer.status, judge.faults(bulk.path, 'post', answer)]).toEqual([length > 255 ? 422 : 200, []])
  },
)

it.each(['1', '9', '10', '99', '100', '499', '500', '0', '01', '501', '999', '1000', '1e1', ''])(
  'a page of "%s" rows is answered as it is described',
  async (limit) => {
    const { judge } = described('owner')
    const path = '/api/admin/inventory'
    const answer = await send({ method: 'GET', path, query: { limit } }, owner)
    const status = judge.takes(path, 'get', 'limit', limit) ? 200 : 422
    expect([answer.status, judge.faults(path, 'get', answer)]).toEqual([status, []])
  },
)

/** What each field may well be. */
const right: Record<string, readonly (string | number)[]> = {
  cityId: ['dallas-jan-2026', 'sf-jun-2026', 'atlantis'],
  tier: ['ga', ' VIP '],
  ticketType: ['GA'],
  quantity: [1, 2],
  additionalSpots: [1, 5],
  authorizedBy: ['Dana'],
  reason: ['Because'],
  email: ['ada@example.com'],
  limit: [1, 50],
  ...Object.fromEntries(
    ['validate', 'public', 'transactions', 'expansions', 'analytics', 'alerts'].map((flag) => [
      flag,
      ['true', 'false'],
    ]),
  ),
}

const junk = fc.oneof(
  fc.constantFrom('', '٣', '1e1', '+2', 'true', '__proto__', "' or 1=1 --"),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

const wordOf = (name: string) =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom(...(right[name] ?? ['any']).map(String)) },
    { weight: 1, arbitrary: junk },
  )

const valueOf = (name: string) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...(right[name] ?? ['any'])) },
    { weight: 1, arbitrary: junk },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  )

/** Some of the fields, each right more often than not. */
const fieldsOf = <T>(names: readonly string[], one: (name: string) => fc.Arbitrary<T>) =>
  fc.record(Object.fromEntries(names.map((name) => [name, one(name)])), { requiredKeys: [] })

const bulkBody = fc.record({
  operation: fc.constantFrom('expand', 'reset', 'alert', 'other'),
  authorizedBy: valueOf('authorizedBy'),
  data: fc.record({
    cities: fc.oneof(
      { weight: 5, arbitrary: fc.uniqueArray(valueOf('cityId'), { maxLength: 3 }) },
      { weight: 1, arbitrary: junk },
    ),
    tier: valueOf('tier'),
    additionalSpots: valueOf('additionalSpots'),
    reason: valueOf('reason'),
  }),
})

/** The fields of a body by the description itself. */
function bodyOf(operation: Operation | undefined): fc.Arbitrary<unknown> {
  const schema = operation?.requestBody?.content['application/json']?.schema
  if (!schema) return fc.constant(undefined)
  if (!schema.properties) return fc.oneof({ weight: 5, arbitrary: bulkBody }, { weight: 1, arbitrary: junk })
  // What must not be given is left out: nearly every request would be refused for it.
  const names = Object.entries(schema.properties).flatMap(([name, { type }]) =>
    name in right && type !== 'null' ? [name] : [],
  )
  const needed = fc.record(Object.fromEntries(names.map((name) => [name, valueOf(name)])))
  return fc.oneof(needed, fieldsOf(names, valueOf), fc.jsonValue({ maxDepth: 2 }))
}

describe('generated requests', () => {
  it.each(catalog.map((call) => [call.id, call] as const))('%s', async (_id, call) => {
    const operation = described('owner').document.paths[call.path]?.[call.method.toLowerCase()]
    const names = (place: string) =>
      (operation?.parameters ?? []).filter((one) => one.in === place).map(({ name }) => name)
    const request = fc.record({
      params: fc.record(Object.fromEntries(names('path').map((name) => [name, wordOf(name)]))),
      query: fieldsOf(names('query'), wordOf),
      body: bodyOf(operation),
      isOwner: fc.boolean(),
    })
    // What the documentation shows comes first: chance alone may bring nothing that succeeds.
    const shown = call.examples?.find(({ status }) => status < 300)
    const first = {
      params: shown?.params ?? {},
      query: shown?.query ?? {},
      body: shown?.body,
      isOwner: true,
    }
    const statuses = new Set<number>()
    await fc.assert(
      fc.asyncProperty(request, async ({ isOwner, params, ...sent }) => {
        // An empty or dotted part of a path is another path.
        fc.pre(Object.values(params).every((part) => /[^.]/.test(part) && part.isWellFormed()))
        const who = isOwner || call.who !== 'anyone' ? 'owner' : 'nobody'
        const { method, path } = call
        const answer = await send({ method, path, ...sent, params }, isOwner ? owner : {})
        statuses.add(answer.status)
        expect(described(who).judge.faults(call.path, call.method.toLowerCase(), answer)).toEqual([])
        expect(answer.status).toBeLessThan(500)
      }),
      { numRuns: call.body ? 250 : call.query ? 120 : 10, examples: [[first]] },
    )
    // Requests that all fail, or all succeed, would prove little.
    if (call.body) expect([...statuses].some((status) => status >= 400)).toBe(true)
    expect([...statuses].some((status) => status < 300)).toBe(true)
  })

  it('leave no error in the log', () => {
    expect(shop.webs[0].logLines().filter(({ level }) => level === 'error')).toEqual([])
  })
})
