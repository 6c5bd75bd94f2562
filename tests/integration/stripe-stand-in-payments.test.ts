import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { SECRET, aStandIn, clientOf, aWebhook, params, refusal } from '../support/stripe-stand-in-fixture'
import type { StripeStandIn } from '../support/stripe-stand-in/index'

describe('paying', () => {
  test('by card makes a payment intent and a charge, and signed events', async () => {
    const webhook = await aWebhook()
    const standIn = await aStandIn({ webhookUrls: [webhook.url] })
    const stripe = clientOf(standIn)
    const { id } = await stripe.checkout.sessions.create(
      params({ payment_intent_data: { metadata: { of: 'ours' } } }),
    )
    await standIn.control.pay(id, { email: 'bob@example.com' })
    await standIn.control.whenIdle()

    const session = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] })
    expect(session).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer_details: { email: 'bob@example.com' },
      payment_intent: {
        status: 'succeeded',
        amount_received: 300_000,
        metadata: { of: 'ours' },
        latest_charge: { amount: 300_000, amount_refunded: 0, refunded: false, disputed: false },
      },
    })
    expect(webhook.received.map(({ event }) => event.type).sort()).toEqual([
      'charge.succeeded',
      'checkout.session.completed',
      'payment_intent.succeeded',
    ])
    for (const { body, signature } of webhook.received) {
      const event = stripe.webhooks.constructEvent(body, signature, SECRET)
      expect(event).toMatchObject({ object: 'event', api_version: Stripe.API_VERSION, pending_webhooks: 1 })
      expect(() => stripe.webhooks.constructEvent(body, signature, 'whsec_other')).toThrow()
      expect(body).toContain('\n  "type": ')
    }
    const completed = webhook.received.find(({ event }) => event.type === 'checkout.session.completed')
    expect(JSON.parse(completed?.body ?? '')).toMatchObject({
      data: { object: { id, payment_status: 'paid', amount_subtotal: 300_000, metadata: { quantity: '3' } } },
    })
    expect(completed?.body).not.toContain('line_items')
  })

  test('by bank debit completes unpaid, and is settled later', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const good = await stripe.checkout.sessions.create(params())
    const bad = await stripe.checkout.sessions.create(params())
    for (const { id } of [good, bad]) {
      const { session } = await standIn.control.pay(id, { method: 'debit' })
      expect(session).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    }
    const settled = await standIn.control.settle(good.id, 'succeed')
    expect(settled.session.payment_status).toBe('paid')
    expect(settled.events.at(-1)?.type).toBe('checkout.session.async_payment_succeeded')
    const failed = await standIn.control.settle(bad.id, 'fail')
    expect(failed.session).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    expect(failed.events.at(-1)?.type).toBe('checkout.session.async_payment_failed')
    await expect(standIn.control.settle(bad.id, 'succeed')).rejects.toThrow('no bank debit')
  })

  test('a declined card leaves the session open and payable', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const { id } = await stripe.checkout.sessions.create(params())
    const declined = await standIn.control.decline(id)
    expect(declined.session.status).toBe('open')
    expect(declined.events.map(({ type }) => type)).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
    ])
    const { session } = await standIn.control.pay(id)
    expect(session.payment_intent).toBe(declined.session.payment_intent)
  })

  test('with a full discount needs no payment; a changed quantity changes the amount', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const coupon = await stripe.coupons.create({ percent_off: 100 })
    const free = await stripe.checkout.sessions.create(params({ discounts: [{ coupon: coupon.id }] }))
    expect(free).toMatchObject({ amount_subtotal: 300_000, amount_total: 0 })
    const paid = await standIn.control.pay(free.id)
    expect(paid.session).toMatchObject({ payment_status: 'no_payment_required', payment_intent: null })
    expect(paid.events.map(({ type }) => type)).toEqual(['checkout.session.completed'])

    const { session } = await standIn.control.createSession({
      adjustable: { minimum: 1, maximum: 5 },
      quantity: 2,
    })
    await expect(standIn.control.pay(session.id, { quantity: 6 })).rejects.toThrow('between 1 and 5')
    const more = await standIn.control.pay(session.id, { quantity: 5 })
    expect(more.session).toMatchObject({
      amount_subtotal: 500_000,
      payment_link: expect.stringMatching(/^plink_/) as string,
    })
  })

  test('of another mode has no payment intent', async () => {
    const { control } = await aStandIn()
    const { session } = await control.createSession({
      mode: 'subscription',
      metadata: { cityId: 'dallas-jan-2026' },
    })
    const paid = await control.pay(session.id)
    expect(paid.session).toMatchObject({ mode: 'subscription', payment_status: 'paid', payment_intent: null })
  })
})

describe('refunds and disputes', () => {
  async function aPaidSession(standIn: StripeStandIn): Promise<string> {
    const { session } = await standIn.control.createSession({ quantity: 3 })
    const paid = await standIn.control.pay(session.id)
    return paid.session.payment_intent ?? ''
  }

  test('in parts, never more than was paid', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const intent = await aPaidSession(standIn)
    const part = await stripe.refunds.create(
      { payment_intent: intent, amount: 100_000, metadata: { exceptionId: '7' } },
      { idempotencyKey: 'refund-7' },
    )
    expect(part).toMatchObject({ status: 'succeeded', amount: 100_000, metadata: { exceptionId: '7' } })
    const charge = typeof part.charge === 'string' ? part.charge : ''
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 100_000, refunded: false })
    const tooMuch = await refusal(stripe.refunds.create({ charge, amount: 200_001 }))
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' })
    expect(tooMuch.message).toContain('greater than unrefunded amount')
    await stripe.refunds.create({ payment_intent: intent })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 300_000, refunded: true })
    const none = await refusal(stripe.refunds.create({ payment_intent: intent }))
    expect(none.code).toBe('charge_already_refunded')
    const listed = await stripe.refunds.list({ payment_intent: intent })
    expect(listed.data.map(({ amount }) => amount)).toEqual([200_000, 100_000])
    const { events } = await standIn.control.snapshot()
    const types = events.map(({ type }) => type).filter((type) => type.includes('refund'))
    expect(types).toEqual(
      [...Array<string[]>(2).fill(['refund.created', 'charge.refunded', 'refund.updated'])].flat(),
    )
  })

  test('can be pending, and can fail after they succeeded', async () => {
    const standIn = await aStandIn()
    const intent = await aPaidSession(standIn)
    const { refund } = await standIn.control.refund(intent, null, { status: 'pending' })
    expect((await standIn.control.settleRefund(refund.id)).refund.status).toBe('succeeded')
    const failed = await standIn.control.failRefund(refund.id)
    expect(failed.refund.status).toBe('failed')
    expect(failed.events.map(({ type }) => type)).toEqual(['refund.updated', 'refund.failed'])
    expect((await standIn.control.snapshot()).charges).toMatchObject([
      { amount_refunded: 0, refunded: false },
    ])
  })

  test('a dispute is opened and lost, and stops refunds', async () => {
    const standIn = await aStandIn()
    const intent = await aPaidSession(standIn)
    const { dispute } = await standIn.control.dispute(intent)
    expect(dispute).toMatchObject({ amount: 300_000, payment_intent: intent, status: 'needs_response' })
    const error = await refusal(clientOf(standIn).refunds.create({ payment_intent: intent }))
    expect(error.code).toBe('charge_disputed')
    const closed = await standIn.control.closeDispute(dispute.id, 'lost')
    expect(closed.events.map(({ type }) => type)).toEqual(['charge.dispute.closed'])
    expect(closed.dispute.status).toBe('lost')
  })
})

describe('the payment page', () => {
  const post = (url: string, form: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })

  test('shows the order, declines, and pays', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const { id, url } = await stripe.checkout.sessions.create(params())
    const page = await (await fetch(url ?? '')).text()
    expect(page).toContain('Test payment page – no real money')
    expect(page).toContain('3 × GA ticket')
    expect(page).toContain('$3,000<')
    expect(page).toContain('value="ada@example.com"')

    const declined = await post(url ?? '', { action: 'decline', email: 'ada@example.com' })
    expect(await declined.text()).toContain('Your card was declined')
    const paid = await post(url ?? '', { action: 'pay', email: 'eve@example.com' })
    expect(paid.status).toBe(303)
    expect(paid.headers.get('location')).toBe(`http://127.0.0.1:9/done?session=${id}`)
    expect((await stripe.checkout.sessions.retrieve(id)).customer_details?.email).toBe('eve@example.com')
    expect(await (await fetch(url ?? '')).text()).toContain('This order is complete')
  })

  test('cancels, expires, and escapes what it shows', async () => {
    const stripe = clientOf(await aStandIn())
    const { id, url } = await stripe.checkout.sessions.create(
      params({
        line_items: [
          {
            quantity: 1,
            price_data: { currency: 'usd', unit_amount: 100, product_data: { name: '<b>"GA"</b>' } },
          },
        ],
      }),
    )
    expect(await (await fetch(url ?? '')).text()).not.toContain('<b>')
    const cancelled = await post(url ?? '', { action: 'cancel' })
    expect(cancelled.headers.get('location')).toBe('http://127.0.0.1:9/back')
    expect((await stripe.checkout.sessions.retrieve(id)).status).toBe('open')
    expect(await (await post(url ?? '', { action: 'expire' })).text()).toContain('has expired')
    expect((await stripe.checkout.sessions.retrieve(id)).status).toBe('expired')
  })

  test('takes a bank debit, which the bank then pays, and a changed quantity', async () => {
    const standIn = await aStandIn()
    const stripe = clientOf(standIn)
    const { control, url } = standIn
    const { session } = await control.createSession({ adjustable: { minimum: 1, maximum: 9 } })
    const page = await (await fetch(session.url ?? '')).text()
    expect(page).toContain('name="quantity[0]"')
    await post(session.url ?? '', { action: 'debit', email: 'a@example.com', 'quantity[0]': '4' })
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'unpaid',
      amount_total: 400_000,
    })
    await post(`${url}/c/pending/${session.id}`, { action: 'succeed' })
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
    expect(await (await post(`${url}/c/pending/${session.id}`, { action: 'fail' })).text()).toContain(
      'No bank debit',
    )
    expect((await fetch(`${url}/c/pay/cs_test_none`)).status).toBe(404)
  })
})
