import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { type LinkRequest, presentLink } from '@/app/presenters/private-link'
import { startCheckout } from '@/lib/checkout/start-checkout'
import { database } from '@/lib/database'
import { expandCapacity, setHiddenSale } from '@/lib/inventory/admin'
import { revokeLink } from '@/lib/links/issue-link'
import { findLink } from '@/lib/links/read-links'
import { somebody } from '@/tests/support/accounts'
import { aLink } from '@/tests/support/links'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()
const admin = { authorizedBy: 'tests' }

/** A city whose public GA seats are sold, with 5 hidden ones that only links reach. */
async function aHiddenCity(): Promise<string> {
  const city = await counter.aCity({ ga: 2 })
  const { sessionId } = await counter.opened(city, { quantity: 2 })
  await counter.handle(...(await counter.control.pay(sessionId)).events)
  await expandCapacity(city, 'ga', 5, admin)
  await setHiddenSale(city, 'ga', 'private', admin)
  return city
}

async function buy(
  cityId: string,
  link: string | null,
  quantity: number,
  order: { email?: string; token?: string; ticketType?: 'GA' | 'VIP' } = {},
) {
  return startCheckout({
    cityId,
    ticketType: order.ticketType ?? 'GA',
    quantity,
    link,
    email: order.email,
    visitorToken: order.token ?? crypto.randomUUID(),
    comesBack: order.token !== undefined,
    address: null,
    publicUrl: 'http://localhost:3000',
  })
}

test('a link sells hidden seats through the ordinary checkout, and only as many as it has', async () => {
  const city = await aHiddenCity()
  const { token } = await aLink(city)
  expect(await buy(city, null, 1)).toMatchObject({ ok: false, code: 'insufficient_stock', available: 0 })
  const first = await buy(city, token, 3)
  if (!first.ok) throw new Error(first.code)
  expect(await findLink(token)).toMatchObject({ seats: 4, held: 3, sold: 0, state: 'active' })
  expect(await buy(city, token, 2)).toMatchObject({
    ok: false,
    code: 'insufficient_stock',
    message: 'This link has 1 seat left, but 2 requested',
    available: 1,
  })
  await counter.handle(...(await counter.control.pay(first.sessionId)).events)
  expect(await findLink(token)).toMatchObject({ held: 0, sold: 3 })
  expect(await buy(city, token, 1)).toMatchObject({ ok: true })
  expect(await buy(city, token, 1)).toMatchObject({ ok: false, code: 'insufficient_stock' })
  expect(await counter.stock(city)).toEqual({ sold: 5, held: 1, actual: 7 })
})

test.each([
  ['a new order', false],
  ['a change', true],
])(
  'seats that one address alone may buy are kept where Stripe does not take it, in %s',
  async (_, isChange) => {
    const city = await aHiddenCity()
    const link = await aLink(city, { email: 'ada@example.xyz' })
    const order = { token: crypto.randomUUID(), email: 'ada@example.xyz' }
    if (isChange) expect(await buy(city, link.token, 1, order)).toMatchObject({ ok: true })
    const match = 'POST /v1/checkout/sessions'
    await counter.control.fault({ match, kind: 'status', status: 400, code: 'email_invalid', times: 2 })
    expect(await buy(city, link.token, 2, order)).toMatchObject({
      ok: false,
      code: 'invalid',
      field: 'email',
    })
    expect(await findLink(link.token)).toMatchObject({ held: 2 })
    const paged = await buy(city, link.token, 2, order)
    if (!paged.ok) throw new Error(paged.code)
    const { sessions } = await counter.control.snapshot()
    expect(sessions.find(({ id }) => id === paged.sessionId)).toMatchObject({
      status: 'open',
      customer_email: null,
    })
    expect(await counter.stock(city)).toMatchObject({ held: 2 })
  },
)

test('seats that were refunded can be bought again through it', async () => {
  const city = await aHiddenCity()
  const { token } = await aLink(city, { seats: 2 })
  const bought = await buy(city, token, 2)
  if (!bought.ok) throw new Error(bought.code)
  await counter.handle(...(await counter.control.pay(bought.sessionId)).events)
  await counter.handle(...(await counter.control.refund(bought.sessionId, 100_000)).events)
  expect(await findLink(token)).toMatchObject({ sold: 1 })
  expect(await buy(city, token, 1)).toMatchObject({ ok: true })
})

test('a second session that names what was bought through it is a sale of its own, not of the link', async () => {
  const city = await counter.aCity()
  const { token } = await aLink(city, { seats: 4 })
  const bought = await buy(city, token, 2)
  if (!bought.ok) throw new Error(bought.code)
  const { events, session } = await counter.control.pay(bought.sessionId)
  await counter.handle(...events)
  const copy = await counter.control.createSession({
    metadata: session.metadata ?? {},
    quantity: 2,
    unitAmount: 100_000,
  })
  await counter.handle(...(await counter.control.pay(copy.session.id)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 4, held: 0 })
  expect(await findLink(token)).toMatchObject({ sold: 2 })
  expect(await buy(city, token, 2)).toMatchObject({ ok: true })
})

test('a seat whose refund came before the sale, and then failed, is sold through it', async () => {
  const city = await aHiddenCity()
  const { token } = await aLink(city, { seats: 1 })
  const bought = await buy(city, token, 1)
  if (!bought.ok) throw new Error(bought.code)
  const paid = await counter.control.pay(bought.sessionId)
  const { refund, events } = await counter.control.refund(bought.sessionId)
  await counter.handle(...events)
  await counter.handle(...paid.events)
  expect(await findLink(token)).toMatchObject({ sold: 0 })
  await counter.handle(...(await counter.control.failRefund(refund.id)).events)
  expect(await findLink(token)).toMatchObject({ sold: 1 })
  expect(await buy(city, token, 1)).toMatchObject({ ok: false, code: 'insufficient_stock' })
})

test('a hold that lapsed gives its seats back to the link; a payment of it all the same reaches hidden seats', async () => {
  const city = await aHiddenCity()
  const { token } = await aLink(city, { seats: 2 })
  const late = await buy(city, token, 2)
  if (!late.ok) throw new Error(late.code)
  const { events } = await counter.control.pay(late.sessionId)
  await counter.advance(60)
  expect(await findLink(token)).toMatchObject({ held: 0, sold: 0 })
  // Writes down what has lapsed.
  expect(await buy(city, token, 1)).toMatchObject({ ok: true })
  await counter.handle(...events)
  expect(await counter.stock(city)).toMatchObject({ sold: 4, held: 1 })
})

test('ten buyers at once take no more than the link has', async () => {
  const city = await aHiddenCity()
  const { token } = await aLink(city, { seats: 3 })
  const results = await Promise.all(Array.from({ length: 10 }, () => buy(city, token, 1)))
  expect(results.filter(({ ok }) => ok)).toHaveLength(3)
  expect(await findLink(token)).toMatchObject({ held: 3 })
})

test('changing one’s mind stays within the link', async () => {
  const city = await aHiddenCity()
  const { token } = await aLink(city, { seats: 3 })
  const visitor = crypto.randomUUID()
  expect(await buy(city, token, 2, { token: visitor })).toMatchObject({ ok: true })
  expect(await buy(city, token, 3, { token: visitor })).toMatchObject({ ok: true })
  expect(await findLink(token)).toMatchObject({ held: 3 })
  expect(await buy(city, token, 4, { token: visitor })).toMatchObject({
    ok: false,
    code: 'insufficient_stock',
    message: 'This link has 3 seats left, but 4 requested',
    field: 'quantity',
  })
  expect(await findLink(token)).toMatchObject({ held: 3 })
})

test('what a link is still good for has its bearer’s own seats, and none of others that the workshop lacks', async () => {
  const city = await aHiddenCity()
  const { token, id } = await aLink(city, { seats: 8 })
  const shown = (hold: LinkRequest['hold']) =>
    presentLink({ id: city, timeZone: 'America/Chicago' }, { token, hold, now: new Date() })
  expect(await shown(null)).toMatchObject({ seatsLeft: 8, ownSeats: 0 })
  expect(await buy(city, token, 3)).toMatchObject({ ok: true })
  const mine = { linkId: id, quantity: 3 }
  expect(await shown(mine)).toMatchObject({ seatsLeft: 8, ownSeats: 3 })
  expect(await shown({ ...mine, linkId: null })).toMatchObject({ seatsLeft: 5, ownSeats: 0 })
  expect(await buy(city, token, 2)).toMatchObject({ ok: true })
  expect(await shown(mine)).toMatchObject({ seatsLeft: 3, ownSeats: 3 })
  expect(await shown(null)).toMatchObject({ seatsLeft: 0, ownSeats: 0 })
})

test('its bearer reads until when it is good, as a clock in the city shows it', async () => {
  const city = await aHiddenCity()
  const { id, token } = await aLink(city)
  await sql`update private_links set expires_at = '2099-01-18T01:32:00Z' where id = ${id}`.execute(database())
  const now = new Date('2099-01-16T12:00:00Z')
  const shown = async (timeZone: string) => {
    const link = await presentLink({ id: city, timeZone }, { token, hold: null, now })
    return link?.state === 'open' ? link.goodUntil : link
  }
  expect(await shown('America/Chicago')).toMatch(/^January\s17 at 7:32\sPM\sCST$/)
  expect(await shown('America/New_York')).toMatch(/^January\s17 at 8:32\sPM\sEST$/)
})

describe('a link is in nobody’s way to seats that are on sale for everybody', () => {
  test('of the other tier', async () => {
    const city = await counter.aCity({ ga: 1 })
    const { token } = await aLink(city, { tier: 'vip', email: 'ada@example.com' })
    expect(await buy(city, token, 1)).toMatchObject({ ok: true })
    expect(await buy(city, token, 1)).toMatchObject({
      ok: false,
      message: 'GA is sold out for now; a seat may come back',
    })
    expect(await findLink(token)).toMatchObject({ held: 0 })
  })

  test('more of them than it has seats left', async () => {
    const city = await counter.aCity({ ga: 5 })
    const { token } = await aLink(city, { seats: 2 })
    expect(await buy(city, token, 3)).toMatchObject({ ok: true })
    expect(await findLink(token)).toMatchObject({ held: 0 })
    expect(await buy(city, token, 1)).toMatchObject({ ok: true })
    expect(await findLink(token)).toMatchObject({ held: 1 })
    expect(await buy(city, token, 1)).toMatchObject({ ok: true })
    expect(await findLink(token)).toMatchObject({ held: 2 })
    expect(await buy(city, token, 1)).toMatchObject({
      ok: false,
      message: 'This link has 0 seats left, but 1 requested',
      available: 0,
    })
  })

  test('who asks for too many is told of the larger number', async () => {
    const city = await counter.aCity({ ga: 3 })
    const { token } = await aLink(city, { seats: 1 })
    expect(await buy(city, token, 4)).toMatchObject({
      ok: false,
      message: 'Only 3 GA tickets available, but 4 requested',
      available: 3,
    })
  })

  test('nor does it reach hidden ones when it is used up', async () => {
    const city = await aHiddenCity()
    const { token } = await aLink(city, { seats: 1 })
    expect(await buy(city, token, 1)).toMatchObject({ ok: true })
    expect(await buy(city, token, 1)).toMatchObject({ ok: false, code: 'insufficient_stock', available: 0 })
    expect(await counter.stock(city)).toMatchObject({ held: 1 })
  })

  test('a link for one address asks for it for as long as it has seats', async () => {
    const city = await counter.aCity({ ga: 5 })
    const { token } = await aLink(city, { seats: 1, email: 'ada@example.com' })
    const ada = { email: 'ada@example.com', token: crypto.randomUUID() }
    expect(await buy(city, token, 1)).toMatchObject({
      ok: false,
      field: 'email',
      message: 'Enter the email address that the link was sent to',
    })
    expect(await buy(city, token, 1, ada)).toMatchObject({ ok: true })
    expect(await buy(city, token, 1, { token: ada.token })).toMatchObject({ ok: false, field: 'email' })
    expect(await buy(city, token, 1)).toMatchObject({ ok: true })
  })

  test('the same order again leads to the same page, by a double click too, 20 times', async () => {
    for (let round = 0; round < 20; round++) {
      const city = await counter.aCity({ ga: 2 })
      const { token } = await aLink(city, { seats: 1 })
      const buyer = { token: crypto.randomUUID() }
      const both = await Promise.all([1, 2].map(() => buy(city, token, 2, buyer)))
      const pages = [...both, await buy(city, token, 2, buyer)].map((one) =>
        one.ok ? one.sessionId : one.code,
      )
      expect(new Set(pages).size).toBe(1)
      expect(both[0]).toMatchObject({ ok: true })
      expect(await counter.stock(city)).toMatchObject({ held: 2 })
    }
  })
})

test('revoked, expired, unknown, for somebody or something else', async () => {
  const city = await aHiddenCity()
  const refused = { ok: false, code: 'invalid', field: 'link' }
  const revoked = await aLink(city)
  expect(await revokeLink(revoked.id, somebody)).toMatchObject({ ok: true })
  expect(await buy(city, revoked.token, 1)).toMatchObject(refused)
  expect(await buy(city, 'x'.repeat(43), 1)).toMatchObject(refused)
  expect(await buy(city, 'short', 1)).toMatchObject(refused)
  const personal = await aLink(city, { email: ' Ada@Example.com ' })
  const otherAddress = { ok: false, code: 'invalid', field: 'email' }
  expect(await buy(city, personal.token, 1, { email: 'bob@example.com' })).toMatchObject(otherAddress)
  expect(await buy(city, personal.token, 1)).toMatchObject(otherAddress)
  expect(await buy(city, personal.token, 1, { email: 'ADA@example.com' })).toMatchObject({ ok: true })
  const other = await counter.aCity()
  expect(await buy(other, personal.token, 1, { email: 'ada@example.com' })).toMatchObject(refused)
  const short = await aLink(city, { days: 1 })
  await counter.advance(25 * 60)
  expect(await findLink(short.token)).toMatchObject({ state: 'expired' })
  expect(await buy(city, short.token, 1)).toMatchObject(refused)
})
