import { request as httpRequest } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { roleNames } from '@/db/embedded-roles'
import { openPaymentPage } from '@/tests/support/buyers'
import { withoutChanceDigits } from '@/tests/support/chance-digits'
import { readEvents } from '../support/event-reader'
import { openShopWithServer, type ShopWithServer } from '../support/shop'
import { until } from '../support/until'

let shop: ShopWithServer

beforeAll(async () => {
  shop = await openShopWithServer({ durability: 'none' })
})

afterAll(() => shop?.close())

it('answers 503 while the database is away, and recovers by itself', async () => {
  const stream = await readEvents(`${shop.origin}/api/inventory/stream`)
  await stream.next()
  const signed = await shop.standIn.control.buildEvent('customer.created', {})
  await shop.server.stop()

  const asked = await until(async () => {
    const response = await fetch(`${shop.origin}/api/inventory`)
    return response.status === 503 && response
  })
  expect(asked.headers.get('retry-after')).toBe('2')
  expect(await asked.json()).toMatchObject({
    success: false,
    code: 'unavailable',
    requestId: expect.any(String) as string,
  })

  const page = await fetch(`${shop.origin}/cities/dallas-jan-2026`)
  expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2'])
  const html = await page.text()
  expect(html).toContain('Back in a moment')
  expect(html).toContain(page.headers.get('x-request-id'))
  expect(withoutChanceDigits(html)).not.toMatch(/ECONNREFUSED|5432|terminat/i)

  const webhook = await fetch(`${shop.origin}/api/webhooks/stripe`, {
    method: 'POST',
    body: signed.body,
    headers: { 'Stripe-Signature': signed.header },
  })
  expect(webhook.status).toBe(503)
  expect((await fetch(`${shop.origin}/healthz`)).status).toBe(200)
  expect((await fetch(`${shop.origin}/readyz`)).status).toBe(503)
  // Streams end, so that browsers know that their numbers are old.
  await stream.ended

  await shop.server.start()
  await until(async () => (await fetch(`${shop.origin}/readyz`)).ok)
  expect((await fetch(`${shop.origin}/cities/dallas-jan-2026`)).status).toBe(200)
  const again = await readEvents(`${shop.origin}/api/inventory/stream`)
  expect((await again.next()).data).toHaveLength(6)
  again.close()
  expect(shop.webs[0].logLines().filter(({ level }) => level === 'error')).toEqual([])
})

it('answers 503 to whoever writes while the server is read-only, and finds the way back by itself', async () => {
  const order = { cityId: 'dallas-jan-2026', tier: 'ga', quantity: 1 } as const
  const hold = () =>
    fetch(`${shop.origin}/api/checkout-sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    })
  const isReady = async () => (await fetch(`${shop.origin}/readyz`)).ok
  const { name } = shop.database
  const connected = `select from pg_stat_activity where datname = '${name}' and usename = '${roleNames.app}'`
  const paidFor = await openPaymentPage(shop.webs[0].origin, order)

  await asSuperuser(`alter database ${name} set default_transaction_read_only = on`)
  await asSuperuser(connected.replace('from', 'pg_terminate_backend(pid) from'))
  await until(async () => !(await isReady()))
  const refused = await hold()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
  expect((await fetch(`${shop.origin}/cities/dallas-jan-2026`)).status).toBe(200)
  await shop.standIn.control.pay(paidFor)
  await until(async () => (await shop.standIn.control.deliveries()).some(({ status }) => status === 503))

  // The connections of now stay read-only for as long as somebody keeps them.
  await asSuperuser(`alter database ${name} reset default_transaction_read_only`)
  await until(isReady)
  await until(async () => (await hold()).status === 201)
  // Stripe's next try may be ten seconds away; should it meet an old connection, so may be the one after it.
  await shop.standIn.control.retryNow()
  await until(async () => (await shop.rows('select from inventory where sold = 1')).length === 1, 30_000)
  expect(shop.webs[0].logLines().filter(({ level }) => level === 'error')).toEqual([])
})

it('ends event streams at once on SIGTERM, finishes what it had begun, and takes nothing new', async () => {
  const web = await shop.startWeb(0)
  const stream = await readEvents(`${web.origin}/api/inventory/stream`)
  await stream.next()
  const late = slowPost(`${web.origin}/api/checkout-sessions`)
  await late.begun

  const start = performance.now()
  const stopped = web.stop()
  await stream.ended
  expect(performance.now() - start).toBeLessThan(5_000)
  await until(() =>
    fetch(`${web.origin}/healthz`).then(
      () => false,
      () => true,
    ),
  )
  late.finish('{}')
  expect(await late.status).toBe(422)
  expect(await stopped).toBe(0)
  // Not by being cut off.
  expect(performance.now() - start).toBeLessThan(9_000)
})

it('cuts what is still open after ten seconds', async () => {
  const web = await shop.startWeb(0)
  const stuck = slowPost(`${web.origin}/api/checkout-sessions`)
  await stuck.begun
  const start = performance.now()
  expect(await web.stop()).toBe(0)
  expect(performance.now() - start).toBeGreaterThan(9_000)
  expect(performance.now() - start).toBeLessThan(20_000)
  await expect(stuck.status).rejects.toThrow()
})

async function asSuperuser(statement: string): Promise<void> {
  const superuser = new pg.Client({ connectionString: `${shop.cluster.superuser}postgres` })
  await superuser.connect()
  await superuser.query(statement)
  await superuser.end()
}

/** A request whose body comes only when `finish` is called. */
function slowPost(url: string) {
  const sending = httpRequest(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Length': 2, Expect: '100-continue' },
  })
  sending.flushHeaders()
  const status = new Promise<number | undefined>((resolve, reject) => {
    sending.on('error', reject)
    sending.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
  })
  status.catch(() => {})
  // The server asks for the body as soon as it has the headers.
  const begun = new Promise<void>((resolve) => void sending.once('continue', resolve))
  return { status, begun, finish: (body: string) => sending.end(body) }
}
