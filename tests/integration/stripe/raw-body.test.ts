import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { acceptStripeEvent } from '@/lib/stripe/accept-event'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter({ STRIPE_WEBHOOK_SECRET: 'whsec_new,whsec_tests' })

async function stored(): Promise<number> {
  return (await counter.rows(sql`select 1 from stripe_events`)).length
}

let events = 0
function aBody(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    id: `evt_${++events}`,
    object: 'event',
    type: 'invoice.paid',
    created: 1_700_000_000,
    livemode: false,
    data: { object: { id: 'in_1' } },
    ...change,
  })
}

async function post(rawBody: string, options: Parameters<typeof counter.control.sign>[1] = {}) {
  return acceptStripeEvent({ rawBody, signature: await counter.control.sign(rawBody, options) })
}

test.each([
  ['a name in non-ASCII letters', aBody({ data: { object: { name: 'Zoë Žižek 李' } } })],
  ['spaces and line breaks', JSON.stringify(JSON.parse(aBody()), null, 3)],
  ['escapes', aBody({ data: { object: { name: 'Zo\u00eb' } } }).replace('ë', '\\u00eb')],
  ['300 KB', aBody({ data: { object: { text: 'x'.repeat(300_000) } } })],
])('%s: taken in', async (_name, body) => {
  expect(await post(body)).toEqual({ status: 'ignored' })
})

test('the same event written in another way is not what was signed', async () => {
  const body = aBody({ data: { object: { name: 'Zo\u00eb' } } }).replace('ë', '\\u00eb')
  const signature = await counter.control.sign(body)
  const rawBody = JSON.stringify(JSON.parse(body))
  expect(rawBody).not.toBe(body)
  const before = await stored()
  expect(await acceptStripeEvent({ rawBody, signature })).toMatchObject({
    status: 'refused',
    code: 'bad_signature',
  })
  expect(await stored()).toBe(before)
})

test.each([
  ['no header', null],
  ['an empty header', ''],
  ['nonsense', 'nonsense'],
  ['no time', 'v1=abc'],
  ['a time that is none', 't=soon,v1=abc'],
])('%s: refused, nothing stored', async (_name, signature) => {
  const before = await stored()
  expect(await acceptStripeEvent({ rawBody: aBody(), signature })).toMatchObject({
    status: 'refused',
    code: 'bad_signature',
  })
  expect(await stored()).toBe(before)
})

test.each([
  ['ten minutes old', { ageSeconds: 600 }, 'refused'],
  ['from ten minutes ahead', { ageSeconds: -600 }, 'refused'],
  ['four minutes old', { ageSeconds: 240 }, 'ignored'],
  ['spoiled', { badSignature: true }, 'refused'],
  ['signed with somebody else’s secret', { secrets: ['whsec_other'] }, 'refused'],
  ['signed with both secrets', { secrets: ['whsec_tests', 'whsec_new'] }, 'ignored'],
  ['of two signatures only the second is right', { secrets: ['whsec_other', 'whsec_tests'] }, 'ignored'],
  ['signed with the newer secret', { secrets: ['whsec_new'] }, 'ignored'],
] as const)('a signature %s: %s', async (_name, options, status) => {
  expect(await post(aBody(), options)).toMatchObject({ status })
})

test.each([
  ['no JSON', 'hello'],
  ['no object', '[]'],
  ['nothing', 'null'],
  ['no id', JSON.stringify({ type: 'x' })],
  ['a thin event of the newer kind', JSON.stringify({ id: 'evt_v2', object: 'v2.core.event', type: 'v2.x' })],
  ['an id that cannot be stored', aBody({ id: 'evt_\u0000' })],
  ['an id of 5,000 characters', aBody({ id: 'e'.repeat(5_000) })],
  ['a time beyond all calendars', aBody({ created: 9_007_199_254_740_991 })],
])('%s, well signed: malformed, nothing stored, no error', async (_name, body) => {
  const before = await stored()
  expect(await post(body)).toMatchObject({ status: 'refused', code: 'malformed' })
  expect(await stored()).toBe(before)
})

test('neither a name nor an address nor a card is stored, only what decides about seats and money', async () => {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  const { events: paid } = await counter.control.pay(sessionId, {
    name: 'Ada Lovelace',
    email: 'Ada@Example.com',
  })
  const refunded = await counter.control.refund(sessionId)
  await counter.handle(...paid, ...refunded.events)
  const { rows } = await counter.owner.query<{ row: string }>(`
    select to_jsonb(e)::text as row from stripe_events e union all select to_jsonb(p)::text from payments p
    union all select to_jsonb(j)::text from pgboss.job j union all select to_jsonb(a)::text from alerts a`)
  const all = rows.map(({ row }) => row).join('\n')
  expect(all).toContain('ada@example.com')
  expect(all).not.toMatch(/lovelace|pm_|card|billing|receipt_url|client_secret/i)
})
