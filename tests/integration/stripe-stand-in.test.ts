import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import {
  MINUTE,
  HOUR,
  aStandIn,
  clientOf,
  aWebhook,
  params,
  seconds,
  refusal,
} from '../support/stripe-stand-in-fixture'

describe('creating a Checkout Session', () => {
  test('gives what was asked for, open and unpaid', async () => {
    const standIn = await aStandIn()
    const session = await clientOf(standIn).checkout.sessions.create(params())
    expect(session).toMatchObject({
      object: 'checkout.session',
      mode: 'payment',
      status: 'open',
      payment_status: 'unpaid',
      amount_subtotal: 300_000,
      amount_total: 300_000,
      currency: 'usd',
      client_reference_id: 'r-1',
      customer_email: 'ada@example.com',
      metadata: { cityId: 'dallas-jan-2026', ticketType: 'ga', quantity: '3' },
      payment_intent: null,
      livemode: false,
      url: `${standIn.url}/c/pay/${session.id}`,
    })
    expect(session.id).toMatch(/^cs_test_/)
    expect(session.line_items).toBeUndefined()
    expect(session.lastResponse.requestId).toMatch(/^req_/)
  })

  test('shows line items only when expanded, or in their own list', async () => {
    const stripe = clientOf(await aStandIn())
    const { id } = await stripe.checkout.sessions.create(params())
    const session = await stripe.checkout.sessions.retrieve(id, { expand: ['line_items'] })
    expect(session.line_items?.data).toMatchObject([
      { quantity: 3, amount_subtotal: 300_000, description: 'GA ticket', price: { unit_amount: 100_000 } },
    ])
    const items = await stripe.checkout.sessions.listLineItems(id)
    expect(items.data.map((item) => item.quantity)).toEqual([3])
  })

  test('takes a price by its id', async () => {
    const stripe = clientOf(await aStandIn())
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 150_000,
      product_data: { name: 'VIP ticket' },
    })
    const session = await stripe.checkout.sessions.create(
      params({ line_items: [{ price: price.id, quantity: 2 }] }),
    )
    expect(session.amount_total).toBe(300_000)
    expect((await stripe.prices.retrieve(price.id)).unit_amount).toBe(150_000)
  })

  const item = (quantity: number, unitAmount: number, name = 'GA') => ({
    line_items: [
      { quantity, price_data: { currency: 'usd', unit_amount: unitAmount, product_data: { name } } },
    ],
  })
  const longKey = 'k'.repeat(41)
  test.each<[string, Partial<Stripe.Checkout.SessionCreateParams>, string, string | undefined]>([
    ['no mode', { mode: undefined }, 'mode', 'parameter_missing'],
    ['no line items', { line_items: undefined }, 'line_items', 'parameter_missing'],
    ['no success page', { success_url: undefined }, 'success_url', 'parameter_missing'],
    ['no URL', { success_url: 'done' }, 'success_url', 'url_invalid'],
    ['quantity 0', item(0, 100), 'line_items[0][quantity]', 'parameter_invalid_integer'],
    ['half a cent', item(1, 99.5), 'line_items[0][price_data][unit_amount]', 'parameter_invalid_integer'],
    ['49 cents', item(1, 49), 'line_items', 'amount_too_small'],
    ['a million', item(1, 100_000_000), 'line_items', 'amount_too_large'],
    [
      'no product name',
      item(1, 100, ''),
      'line_items[0][price_data][product_data][name]',
      'parameter_invalid_empty',
    ],
    [
      'an unknown price',
      { line_items: [{ price: 'price_x', quantity: 1 }] },
      'line_items[0][price]',
      'resource_missing',
    ],
    ['an email without @', { customer_email: 'ada' }, 'customer_email', 'email_invalid'],
    ['a long reference', { client_reference_id: 'r'.repeat(201) }, 'client_reference_id', undefined],
    ['a long metadata key', { metadata: { [longKey]: 'x' } }, `metadata[${longKey}]`, undefined],
    ['a long metadata value', { metadata: { note: 'x'.repeat(501) } }, 'metadata[note]', undefined],
    ['29 minutes', { expires_at: seconds() + 29 * MINUTE }, 'expires_at', undefined],
    ['25 hours', { expires_at: seconds() + 25 * HOUR }, 'expires_at', undefined],
    ['an unknown parameter', { wrong: 1 } as object, 'wrong', 'parameter_unknown'],
    [
      'an unknown inner one',
      { payment_intent_data: { wrong: 1 } as object },
      'payment_intent_data[wrong]',
      'parameter_unknown',
    ],
  ])('refuses %s', async (_, change, param, code) => {
    const standIn = await aStandIn()
    const error = await refusal(clientOf(standIn).checkout.sessions.create(params(change)))
    expect(error).toMatchObject({ statusCode: 400, param })
    expect(error.code).toBe(code)
    expect((await standIn.control.snapshot()).sessions).toEqual([])
  })

  test('takes metadata at the limits, and exactly 30 minutes and 24 hours', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const entries = Array.from({ length: 50 }, (_, index) => [`k${index}`.padEnd(40, '_'), 'v'.repeat(500)])
    const metadata = Object.fromEntries(entries) as Record<string, string>
    const { metadata: kept } = await stripe.checkout.sessions.create(params({ metadata }))
    expect(kept).toEqual(metadata)
    await standIn.control.advance(1000 - (Date.now() % 1000)) // the start of a second
    const now = Math.floor(Date.parse((await standIn.control.clock()).now) / 1000)
    for (const life of [30 * MINUTE, 24 * HOUR]) {
      const session = await stripe.checkout.sessions.create(params({ expires_at: now + life }))
      expect(session.expires_at).toBe(now + life)
    }
    const tooMany = await refusal(
      stripe.checkout.sessions.create(params({ metadata: { ...metadata, one: 'more' } })),
    )
    expect(tooMany.param).toBe('metadata')
  })

  test('needs a secret key, and knows only its own paths', async () => {
    const { url } = await aStandIn()
    const noKey = await fetch(`${url}/v1/checkout/sessions`)
    expect(noKey.status).toBe(401)
    expect(await noKey.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
    const unknown = await fetch(`${url}/v1/customers`, { headers: { authorization: 'Bearer sk_test_1' } })
    expect(unknown.status).toBe(404)
    expect(await unknown.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
    expect(unknown.headers.get('request-id')).toMatch(/^req_/)
  })
})

describe('idempotency keys', () => {
  test('repeat the first answer, also after the session has changed', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const given = params()
    const first = await stripe.checkout.sessions.create(given, { idempotencyKey: 'r-1' })
    await standIn.control.pay(first.id)
    const second = await stripe.checkout.sessions.create(given, { idempotencyKey: 'r-1' })
    expect(second).toEqual(first)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect((await standIn.control.snapshot()).sessions).toHaveLength(1)
    expect(await standIn.control.requests('POST /v1/checkout/sessions')).toMatchObject([
      { idempotencyKey: 'r-1', status: 200, replayed: false },
      { idempotencyKey: 'r-1', status: 200, replayed: true },
    ])
  })

  test('refuse other parameters and other paths', async () => {
    const stripe = clientOf(await aStandIn())
    const { id } = await stripe.checkout.sessions.create(params(), { idempotencyKey: 'k' })
    const changed = params({ client_reference_id: 'r-2' })
    const error = await refusal(stripe.checkout.sessions.create(changed, { idempotencyKey: 'k' }))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' })
    const elsewhere = await refusal(stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'k' }))
    expect(elsewhere.type).toBe('StripeIdempotencyError')
  })

  test('refuse a second call while the first is in progress', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    await standIn.control.fault({ match: 'POST /v1/checkout/sessions', kind: 'slow', delayMs: 150 })
    const given = params()
    const create = () => stripe.checkout.sessions.create(given, { idempotencyKey: 'k' })
    const results = await Promise.allSettled([create(), create()])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const [refused] = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    )
    expect(refused).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    expect((await standIn.control.snapshot()).sessions).toHaveLength(1)
  })

  test('keep nothing of parameters that fail validation, and are forgotten after 24 hours', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    await refusal(stripe.checkout.sessions.create(params({ customer_email: 'x' }), { idempotencyKey: 'k' }))
    const first = await stripe.checkout.sessions.create(params(), { idempotencyKey: 'k' })
    await standIn.control.advance(24 * HOUR * 1000)
    const later = params({ expires_at: seconds() + 25 * HOUR })
    const second = await stripe.checkout.sessions.create(later, { idempotencyKey: 'k' })
    expect(second.id).not.toBe(first.id)
  })
})

describe('expiry', () => {
  test('an open session can be expired once; a paid one cannot', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const { id } = await stripe.checkout.sessions.create(params())
    const expired = await stripe.checkout.sessions.expire(id)
    expect(expired).toMatchObject({ status: 'expired', url: null })
    const again = await refusal(stripe.checkout.sessions.expire(id))
    expect(again).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' })
    expect(again.message).toContain('Only Checkout Sessions with a status in ["open"] can be expired')

    const paid = await stripe.checkout.sessions.create(params())
    await standIn.control.pay(paid.id)
    expect((await refusal(stripe.checkout.sessions.expire(paid.id))).message).toContain('`complete`')
    expect((await refusal(stripe.checkout.sessions.expire('cs_test_none'))).statusCode).toBe(404)
  })

  test('comes by itself when the clock passes the time, with one event', async () => {
    const webhook = await aWebhook()
    const standIn = await aStandIn({ webhookUrls: [webhook.url] })
    const stripe = clientOf(standIn)
    const { id } = await stripe.checkout.sessions.create(params())
    await standIn.control.advance(30 * MINUTE * 1000)
    expect((await stripe.checkout.sessions.retrieve(id)).status).toBe('open')
    await standIn.control.advance(2 * MINUTE * 1000)
    expect((await stripe.checkout.sessions.retrieve(id)).status).toBe('expired')
    await expect(standIn.control.pay(id)).rejects.toThrow('`expired`')
    await standIn.control.whenIdle()
    expect(webhook.received.map(({ event }) => event.type)).toEqual(['checkout.session.expired'])
  })
})

describe('lists', () => {
  test('come in pages, newest first, and by every filter', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const ids: string[] = []
    for (let index = 0; index < 25; index += 1) ids.push((await stripe.checkout.sessions.create(params())).id)
    const all = await stripe.checkout.sessions.list({ limit: 10 }).autoPagingToArray({ limit: 100 })
    expect(all.map(({ id }) => id)).toEqual([...ids].reverse())
    const page = await stripe.checkout.sessions.list({ limit: 10, starting_after: ids[5] })
    expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 5).reverse())
    expect(page.has_more).toBe(false)

    const paid = await standIn.control.pay(ids[3] ?? '')
    const complete = await stripe.checkout.sessions.list({ status: 'complete' })
    expect(complete.data.map(({ id }) => id)).toEqual([ids[3]])
    const byIntent = await stripe.checkout.sessions.list({
      payment_intent: paid.session.payment_intent ?? '',
    })
    expect(byIntent.data).toHaveLength(1)
    const future = await stripe.checkout.sessions.list({ created: { gte: seconds() + HOUR } })
    expect(future.data).toEqual([])
    const since = await stripe.checkout.sessions.list({ created: { gte: seconds() - HOUR }, limit: 100 })
    expect(since.data).toHaveLength(25)
  })

  test('of events tell what did not arrive', async () => {
    const webhook = await aWebhook()
    const standIn = await aStandIn({ webhookUrls: [webhook.url] })
    const stripe = clientOf(standIn)
    const { session } = await standIn.control.createSession()
    await standIn.control.dropNext(1, ['checkout.session.completed'])
    await standIn.control.pay(session.id)
    await standIn.control.whenIdle()
    const lost = await stripe.events.list({ delivery_success: false })
    expect(lost.data).toMatchObject([{ type: 'checkout.session.completed', pending_webhooks: 1 }])
    expect((await stripe.events.list({ delivery_success: true })).data).toHaveLength(2)
    expect((await stripe.events.list({ types: ['charge.succeeded'] })).data).toHaveLength(1)
    const [event] = lost.data
    expect(await stripe.events.retrieve(event?.id ?? '')).toMatchObject({
      data: { object: { id: session.id } },
    })

    await standIn.control.deliver(event?.id ?? '')
    expect((await stripe.events.list({ delivery_success: false })).data).toEqual([])
  })
})

describe('faults of the API', () => {
  test('a status keeps nothing; a kept status comes again under its key', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const given = params()
    const create = () => stripe.checkout.sessions.create(given, { idempotencyKey: 'k' })
    const match = 'POST /v1/checkout/sessions'
    await standIn.control.fault({ match, kind: 'status', status: 503 })
    await standIn.control.fault({ match, kind: 'status', status: 429 })
    expect((await refusal(create())).statusCode).toBe(503)
    expect((await refusal(create())).type).toBe('StripeRateLimitError')
    await create()
    const kept = { match: 'POST /v1/checkout/sessions/*/expire', kind: 'status-kept' } as const
    await standIn.control.fault(kept)
    const { id } = await create()
    const expire = () => stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'e' })
    expect((await refusal(expire())).statusCode).toBe(500)
    expect((await refusal(expire())).headers?.['idempotent-replayed']).toBe('true')
    expect((await stripe.checkout.sessions.retrieve(id)).status).toBe('open')
  })

  test('a connection broken after execution leaves one session, which the same key finds', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const given = params()
    const create = () => stripe.checkout.sessions.create(given, { idempotencyKey: 'k' })
    await standIn.control.fault({ match: 'POST /v1/checkout/*', kind: 'status-after', status: 502 })
    expect((await refusal(create())).statusCode).toBe(502)
    const [created] = (await standIn.control.snapshot()).sessions
    expect((await create()).id).toBe(created?.id)

    // The package repeats a call on a broken connection once by itself, so it takes two to be seen.
    await standIn.control.fault({ match: 'GET /v1/checkout/*', kind: 'disconnect-before', times: 2 })
    const broken = await refusal(stripe.checkout.sessions.retrieve(created?.id ?? ''))
    expect(broken.type).toBe('StripeConnectionError')
    await standIn.control.fault({ match: 'POST /v1/checkout/*', kind: 'disconnect-after', times: 2 })
    await refusal(stripe.checkout.sessions.create(given, { idempotencyKey: 'k2' }))
    expect((await standIn.control.snapshot()).sessions).toHaveLength(2)
  })

  test('a time-out is seen by the client, executed or not', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    for (const [kind, sessions] of [
      ['timeout', 0],
      ['timeout-after', 1],
    ] as const) {
      await standIn.control.fault({ match: 'POST *', kind })
      const error = await refusal(stripe.checkout.sessions.create(params(), { timeout: 50 }))
      expect(error.type).toBe('StripeConnectionError')
      expect((await standIn.control.snapshot()).sessions).toHaveLength(sessions)
    }
  })
})
