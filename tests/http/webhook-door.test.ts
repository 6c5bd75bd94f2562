import { Agent, request } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { webhookUrl } from '@/tests/support/buyers'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { startWeb, stopAllProcesses, type RunningWeb } from '@/tests/support/processes'
import { startStripeStandIn, type StripeStandIn } from '@/tests/support/stripe-stand-in'
import { until } from '@/tests/support/until'

/** What the door for Stripe's webhooks lets in: one web process that knows a new and an old secret, no worker. */
const secrets = ['whsec_new', 'whsec_old'] as const

let database: TestDatabase
let standIn: StripeStandIn
let environment: Record<
  'DATABASE_URL' | 'STRIPE_API_BASE' | 'STRIPE_WEBHOOK_SECRET' | 'OPERATOR_PORT',
  string
>
let web: RunningWeb
let owner: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  standIn = await startStripeStandIn({ webhookSecret: secrets, deliver: 'manual' })
  environment = {
    DATABASE_URL: database.appUrl,
    STRIPE_API_BASE: standIn.url,
    STRIPE_WEBHOOK_SECRET: secrets.join(','),
    OPERATOR_PORT: '0',
  }
  web = await startWeb(environment)
})

afterAll(async () => {
  await stopAllProcesses()
  await owner?.end()
  await standIn?.close()
  await database?.drop()
})

describe('refused with 400, and nothing stored', () => {
  test('a tampered body', async () => {
    const { body, header } = await anEvent()
    const cheaper = body.replace(/(?<="amount_total":\s*)100000/, '1')
    expect(cheaper).not.toBe(body)
    await refused('bad_signature', cheaper, header)
    await refused('bad_signature', `${body} `, header)
  })

  test('a wrong secret', async () => {
    const { body } = await anEvent()
    await refused('bad_signature', body, await standIn.control.sign(body, { secrets: ['whsec_wrong'] }))
    await refused('bad_signature', body, await standIn.control.sign(body, { badSignature: true }))
  })

  test('a time more than five minutes off, in either direction', async () => {
    const { body } = await anEvent()
    await refused('bad_signature', body, await standIn.control.sign(body, { ageSeconds: 330 }))
    await refused('bad_signature', body, await standIn.control.sign(body, { ageSeconds: -330 }))
  })

  test('the log says why, once in a minute, and nothing of what has no signature', async () => {
    const other = await startWeb({ ...environment, OPERATOR_PORT: '' })
    const told = () => other.logLines().filter(({ code }) => code === 'webhook_refused')
    const { body } = await anEvent()
    await post(body, undefined, other)
    const late = await standIn.control.sign(body, { ageSeconds: 330 })
    for (const header of [late, late, 'garbage']) expect((await post(body, header, other)).status).toBe(400)
    const wrong = await startWeb({ ...environment, OPERATOR_PORT: '', STRIPE_WEBHOOK_SECRET: 'whsec_wrong' })
    expect((await post(body, await standIn.control.sign(body), wrong)).status).toBe(400)
    expect(await other.stop()).toBe(0)
    expect(await wrong.stop()).toBe(0)
    expect(told()).toMatchObject([{ level: 'warn', detail: expect.stringMatching(/clock/) as unknown }])
    expect(wrong.logLines().filter(({ code }) => code === 'webhook_refused')).toMatchObject([
      { level: 'warn', detail: expect.stringMatching(/STRIPE_WEBHOOK_SECRET/) as unknown },
    ])
  })

  test('no header, an empty one, and one that is none', async () => {
    const { body, header } = await anEvent()
    await refused('bad_signature', body)
    await refused('bad_signature', body, '')
    await refused('bad_signature', body, 'garbage')
    await refused('bad_signature', body, header.replace(/^t=\d+,/, ''))
    await refused('bad_signature', body, header.replace(/,v1=.*/, ''))
    await refused('bad_signature', body, header.replace('v1=', 'v0='))
  })

  test('the same content in other bytes', async () => {
    const { body, header } = await anEvent('Zoë O’Brien 王')
    await refused('bad_signature', JSON.stringify(JSON.parse(body), null, 1), header)
    await refused('bad_signature', body.replaceAll('ë', '\\u00eb'), header)
  })

  test('a good signature over what is no event', async () => {
    // To Stripe's library nothing is not even signed.
    await refused('bad_signature', '', await standIn.control.sign(''))
    for (const body of ['paid', '[]', '{"id":"evt_1"}', 'null'])
      await refused('malformed', body, await standIn.control.sign(body))
  })

  test('bytes that are not UTF-8', async () => {
    const { header } = await anEvent()
    await refused('malformed', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), header)
  })
})

describe('a body of more than 1 MB is refused with 413, and nothing stored', () => {
  test.each([10_000_000, 1_048_577])('%d bytes', async (size) => {
    const body = 'x'.repeat(size)
    const header = await standIn.control.sign(body)
    await refused('too_large', body, header)
    const before = await stored()
    expect(await sendInChunks({ method: 'POST', body, header })).toBe(413)
    expect(await stored()).toEqual(before)
  })

  test.each(['POST', 'PUT'])(
    'and a %s that nobody reads holds up nothing after it on its connection',
    async (method) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const [first, second] = await Promise.all([
        sendInChunks({ agent, method, body: 'x'.repeat(2_000_000) }),
        sendInChunks({ agent, method: 'POST', body: '{}' }),
      ])
      expect([first, second]).toEqual([method === 'POST' ? 413 : 405, 400])
      agent.destroy()
    },
  )
})

describe('taken in with 200', () => {
  test('signed by any of the configured secrets, while they are rotated', async () => {
    for (const secret of secrets) {
      const { body } = await anEvent()
      await takenIn(body, await standIn.control.sign(body, { secrets: [secret] }))
    }
  })

  test('of several signatures only the second is right', async () => {
    const { body } = await anEvent()
    await takenIn(body, await standIn.control.sign(body, { secrets: ['whsec_wrong', 'whsec_old'] }))
  })

  test('a time less than five minutes off, in either direction', async () => {
    for (const ageSeconds of [270, -270]) {
      const { body } = await anEvent()
      await takenIn(body, await standIn.control.sign(body, { ageSeconds }))
    }
  })

  test('whatever its bytes', async () => {
    const { body } = await anEvent('Zoë O’Brien 王')
    const spaced = JSON.stringify(JSON.parse(body), null, 4)
    await takenIn(spaced, await standIn.control.sign(spaced))
    const escaped = (await anEvent('Zoë')).body.replaceAll('ë', '\\u00eb')
    await takenIn(escaped, await standIn.control.sign(escaped))
    const large = (await anEvent('王'.repeat(100_000))).body
    expect(Buffer.byteLength(large)).toBeGreaterThan(300_000)
    await takenIn(large, await standIn.control.sign(large))
  })
})

test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])(
  '%s is answered 405 with what is allowed',
  async (method) => {
    const { body, header } = await anEvent()
    const before = await stored()
    const response = await fetch(webhookUrl(web), {
      method,
      headers: { 'stripe-signature': header },
      ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    if (method !== 'HEAD') expect(await response.json()).toMatchObject({ code: 'method_not_allowed' })
    expect(await stored()).toEqual(before)
  },
)

test('counts what becomes of each', async () => {
  const before = await counted()
  const ours = await anEvent()
  const others = await anEvent('Ada Lovelace', {})
  for (const { body, header } of [ours, ours, others, others])
    expect((await post(body, header)).status).toBe(200)
  expect((await post(ours.body, 'garbage')).status).toBe(400)
  expect((await post('x'.repeat(1_048_577), ours.header)).status).toBe(413)
  const more = { accepted: 1, known: 2, ignored: 1, refused: 2 }
  const expected = Object.entries(more).map(([outcome, count]) => [outcome, (before[outcome] ?? 0) + count])
  expect(await counted()).toEqual(Object.fromEntries(expected))
})

test('without a secret the process does not start', async () => {
  await expect(startWeb({ ...environment, STRIPE_WEBHOOK_SECRET: '' })).rejects.toThrow(
    'STRIPE_WEBHOOK_SECRET',
  )
})

const ofOurs = { cityId: 'dallas-jan-2026', ticketType: 'ga' }

/** Of a session that somebody paid through a payment link: of ours, so that we would act on it, if its metadata say so. */
async function anEvent(name = 'Ada Lovelace', metadata: Record<string, string> = ofOurs) {
  const { control } = standIn
  const { session } = await control.createSession({ metadata })
  const { events } = await control.pay(session.id, { name })
  const completed = events.find(({ type }) => type === 'checkout.session.completed')
  return control.signedEvent(completed?.id ?? '')
}

/** The process's count of webhooks by what became of them. */
async function counted(): Promise<Record<string, number>> {
  const { port } = await until(() =>
    web.logLines().find(({ msg }) => msg === 'figures are served to this machine'),
  )
  const text = await (await fetch(`http://127.0.0.1:${Number(port)}/metrics`)).text()
  const lines = text.matchAll(/^sixfb_webhooks_total\{outcome="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries([...lines].map(([, outcome = '', count]) => [outcome, Number(count)]))
}

async function refused(
  code: 'bad_signature' | 'malformed' | 'too_large',
  body: string | Uint8Array<ArrayBuffer>,
  header?: string,
): Promise<void> {
  const before = await stored()
  const response = await post(body, header)
  expect(response.status).toBe(code === 'too_large' ? 413 : 400)
  const requestId = expect.any(String) as unknown
  expect(await response.json()).toMatchObject({ success: false, code, requestId })
  expect(await stored()).toEqual(before)
}

/** Stored with its job; a second time it is known, and changes nothing. */
async function takenIn(body: string, header: string): Promise<void> {
  const { events, jobs } = await stored()
  for (let time = 1; time <= 2; time++) {
    expect((await post(body, header)).status).toBe(200)
    expect(await stored()).toEqual({ events: events + 1, jobs: jobs + 1 })
  }
}

function post(body: string | Uint8Array<ArrayBuffer>, header?: string, to = web): Promise<Response> {
  return fetch(webhookUrl(to), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(header === undefined ? {} : { 'stripe-signature': header }),
    },
    body,
  })
}

/** Without saying beforehand how long the body is. @returns the status */
function sendInChunks(options: { method: string; body: string; header?: string; agent?: Agent }) {
  const { method, body, header, agent } = options
  return new Promise<number | undefined>((resolve, reject) => {
    const headers = header === undefined ? {} : { 'stripe-signature': header }
    const sending = request(webhookUrl(web), { method, headers, agent, timeout: 5_000 })
    sending.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode)))
    sending.on('timeout', () => sending.destroy(new Error('No answer came within 5 s')))
    sending.on('error', reject)
    for (let at = 0; at < body.length; at += 65_536) sending.write(body.slice(at, at + 65_536))
    sending.end()
  })
}

async function stored(): Promise<{ events: number; jobs: number }> {
  const { rows } = await owner.query<{ events: number; jobs: number }>(`
    select (select count(*)::int from stripe_events) as events,
      (select count(*)::int from pgboss.job where name = 'stripe-events') as jobs`)
  return rows[0] ?? { events: -1, jobs: -1 }
}
