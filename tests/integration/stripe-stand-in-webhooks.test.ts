import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SECRET, aStandIn, clientOf, aWebhook, params, afterTest } from '../support/stripe-stand-in-fixture'
import { connectStripeStandIn } from '../support/stripe-stand-in/index'
import { until } from '../support/until'

describe('webhook deliveries', () => {
  test('are repeated until the endpoint answers 2xx, with the same body', async () => {
    const webhook = await aWebhook(503, 500)
    const standIn = await aStandIn({ webhookUrls: [webhook.url] })
    await standIn.control.emitEvent('checkout.session.completed', { id: 'cs_test_1' })
    await standIn.control.whenIdle()
    expect(webhook.received).toHaveLength(3)
    expect(new Set(webhook.received.map(({ body }) => body)).size).toBe(1)
    expect((await standIn.control.deliveries()).map(({ status }) => status)).toEqual([503, 500, 200])
  })

  test('end as failed after the last attempt', async () => {
    const standIn = await aStandIn({ webhookUrls: ['http://127.0.0.1:9/nobody'], retryDelaysMs: [1] })
    await standIn.control.emitEvent('charge.refunded', {})
    await standIn.control.whenIdle()
    expect(await standIn.control.deliveries()).toMatchObject([{ status: null }, { status: null }])
    expect((await standIn.control.snapshot()).events).toMatchObject([{ pendingWebhooks: 1 }])
  })

  test('can be held and let go in an order that the seed decides', async () => {
    const orders: string[][] = []
    for (let run = 0; run < 2; run += 1) {
      const webhook = await aWebhook()
      const standIn = await aStandIn({ webhookUrls: [webhook.url], deliveryConcurrency: 1 })
      await standIn.control.hold()
      for (let index = 0; index < 12; index += 1) await standIn.control.emitEvent(`type.${index}`, {})
      expect(webhook.received).toEqual([])
      expect(await standIn.control.release('shuffled', 7)).toBe(12)
      await standIn.control.whenIdle()
      orders.push(webhook.received.map(({ event }) => event.type))
    }
    const inOrder = Array.from({ length: 12 }, (_, index) => `type.${index}`)
    expect(orders[0]).toEqual(orders[1])
    expect(orders[0]).not.toEqual(inOrder)
    expect([...(orders[0] ?? [])].sort()).toEqual([...inOrder].sort())
  })

  test('can be lost, doubled and wrongly signed', async () => {
    const webhook = await aWebhook()
    const standIn = await aStandIn({ webhookUrls: [webhook.url] })
    const { control } = standIn
    await control.dropEvery(2, ['a'])
    for (let index = 0; index < 4; index += 1) await control.emitEvent('a', {})
    await control.whenIdle()
    expect(webhook.received.splice(0)).toHaveLength(2)

    await control.clearDeliveryRules()
    await control.duplicateEvery(3, 4)
    for (let index = 0; index < 3; index += 1) await control.emitEvent('b', {})
    await control.whenIdle()
    expect(webhook.received.splice(0)).toHaveLength(6)

    const { id } = await control.emitEvent('c', {})
    await control.whenIdle()
    await control.deliver(id, { times: 3, badSignature: true })
    const { webhooks } = clientOf(standIn)
    const [good, ...bad] = webhook.received
    expect(webhooks.constructEvent(good?.body ?? '', good?.signature ?? '', SECRET).id).toBe(id)
    expect(bad).toHaveLength(3)
    for (const { body, signature } of bad)
      expect(() => webhooks.constructEvent(body, signature, SECRET)).toThrow()
  })

  test('wait for a hand when that is asked for', async () => {
    const webhook = await aWebhook()
    const { control } = await aStandIn({ webhookUrls: [webhook.url], deliver: 'manual' })
    const { session } = await control.createSession()
    const { events } = await control.pay(session.id)
    const emitted = await control.emitEvent('charge.refunded', {})
    await control.whenIdle()
    expect(webhook.received).toEqual([])
    for (const { id } of [emitted, ...events]) {
      expect(await control.deliver(id)).toMatchObject([{ eventId: id, status: 200 }])
    }
    expect(webhook.received).toHaveLength(4)
  })

  test('can be built without being sent: old, with several signatures', async () => {
    const standIn = await aStandIn({ webhookSecret: [SECRET, 'whsec_two'], sign: 'all' })
    const { webhooks } = clientOf(standIn)
    const both = await standIn.control.buildEvent('charge.refunded', { id: 'ch_1' })
    expect(webhooks.constructEvent(both.body, both.header, 'whsec_two').id).toBe(both.id)
    expect(webhooks.constructEvent(both.body, both.header, SECRET).id).toBe(both.id)
    const old = await standIn.control.signedEvent(both.id, { ageSeconds: 301 })
    expect(() => webhooks.constructEvent(old.body, old.header, SECRET)).toThrow('tolerance')
    expect(await standIn.control.deliveries()).toEqual([])
  })

  test('go on after a restart, also where the shop has moved to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stand-in-'))
    afterTest(() => rm(folder, { recursive: true }))
    const stateFile = join(folder, 'state.json')
    const old = await aWebhook(503)
    const first = await aStandIn({ webhookUrls: [old.url], stateFile, retryDelaysMs: [60_000] })
    const { id } = await first.control.emitEvent('checkout.session.completed', {})
    await until(async () => (await first.control.deliveries()).length === 1)
    await first.close()

    const moved = await aWebhook()
    const second = await aStandIn({ webhookUrls: [moved.url], stateFile })
    await second.control.whenIdle()
    expect(moved.received.map(({ event }) => event.id)).toEqual([id])
    expect((await second.control.snapshot()).events).toMatchObject([{ id, pendingWebhooks: 0 }])
  })

  test('stay on this machine', async () => {
    for (const url of ['http://example.com/hook', 'http://198.51.100.1/hook', 'https://127.0.0.1/hook'])
      await expect(aStandIn({ webhookUrls: [url] })).rejects.toThrow('this machine')
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
    const hosts = own.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address))
    await aStandIn({ webhookUrls: ['localhost', '127.0.0.2', ...hosts].map((host) => `http://${host}/hook`) })
  })
})

describe('as a whole', () => {
  test('500 sessions at once are created, paid and delivered', async () => {
    const webhook = await aWebhook()
    const standIn = await aStandIn({ webhookUrls: [webhook.url] })
    const stripe = clientOf(standIn)
    const sessions = await Promise.all(
      Array.from({ length: 500 }, () => stripe.checkout.sessions.create(params())),
    )
    for (const { id } of sessions) await standIn.control.pay(id)
    await standIn.control.whenIdle()
    expect(webhook.received).toHaveLength(1500)
  })

  test('other processes have the same commands over HTTP', async () => {
    const { url } = await aStandIn()
    const control = connectStripeStandIn(url)
    const { session, events } = await control.createSession({ metadata: { cityId: 'nyc-apr-2026' } })
    expect(events).toEqual([])
    const paid = await control.pay(session.id, { method: 'card' })
    expect(paid.session.payment_status).toBe('paid')
    expect(await control.release(undefined, 3)).toBe(0)
    await expect(control.pay(session.id)).rejects.toThrow('no longer active')
    await expect(control.settle(session.id, 'wrong' as 'fail')).rejects.toThrow('Invalid option')
    await control.reset()
    expect(await control.snapshot()).toMatchObject({ sessions: [], events: [], clock: { offsetMs: 0 } })
  })

  test('runs as a process of its own and keeps its state over a restart', { timeout: 20_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stand-in-'))
    afterTest(() => rm(folder, { recursive: true }))
    const nobody = 'http://127.0.0.1:9/webhooks'
    const start = async () => {
      const child = spawn(
        process.execPath,
        [
          '--import',
          'tsx',
          'tests/support/stripe-stand-in/main.ts',
          '--state-file',
          join(folder, 'state.json'),
        ],
        {
          env: { ...process.env, WEBHOOK_SECRET: SECRET, WEBHOOK_URL: nobody },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      const stop = async () => {
        if (child.exitCode !== null) return child.exitCode
        child.kill('SIGTERM')
        await once(child, 'exit')
        return child.exitCode
      }
      afterTest(stop)
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      return { url: /http:\S+/.exec(line.toString())?.[0] ?? '', stop }
    }
    const first = await start()
    const { session } = await connectStripeStandIn(first.url).createSession()
    await connectStripeStandIn(first.url).advance(5000)
    expect(await first.stop()).toBe(0)

    const second = await start()
    const control = connectStripeStandIn(second.url)
    const { sessions, clock } = await control.snapshot()
    expect(sessions).toMatchObject([{ id: session.id, url: `${second.url}/c/pay/${session.id}` }])
    expect(clock.offsetMs).toBe(5000)
    expect((await control.pay(session.id)).session.payment_status).toBe('paid')
    // Of what a payment brings about, the shop asks for one event.
    const { events } = await control.snapshot()
    expect(events.length).toBeGreaterThan(1)
    const onTheirWay = events.filter(({ pendingWebhooks }) => pendingWebhooks > 0)
    expect(onTheirWay.map(({ type }) => type)).toEqual(['checkout.session.completed'])
  })
})
