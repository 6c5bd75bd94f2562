import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { presentLinks } from '@/app/presenters/console/links'
import { type LinkRequest, presentLink } from '@/app/presenters/private-link'
import { startCheckout } from '@/lib/checkout/start-checkout'
import { archiveCity } from '@/lib/cities/admin-cities'
import { database } from '@/lib/database'
import { expandCapacity, setHiddenSale } from '@/lib/inventory/admin'
import { issueLink, type NewLink, revokeLink } from '@/lib/links/issue-link'
import { findLink, type LinkQuery, listLinks } from '@/lib/links/read-links'
import { somebody } from '@/tests/support/accounts'
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

async function aLink(cityId: string, given: Partial<NewLink> = {}): Promise<{ id: string; token: string }> {
  const issued = await issueLink({ cityId, tier: 'ga', seats: 4, days: 7, ...given }, somebody)
  if (!issued.ok) throw new Error(issued.code)
  return issued.value
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

async function auditRows(action: string) {
  return counter.rows(
    sql`select outcome, code, target from admin_audit where action = ${action} order by id desc limit 1`,
  )
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

test('who makes a link sees of which cities no seat can be bought now', async () => {
  const [open, paused] = [await counter.aCity(), await counter.aCity()]
  await sql`update cities set sale_state = 'paused' where id = ${paused}`.execute(database())
  const { cities } = await presentLinks({ cityId: null, show: 'all', cursor: undefined })
  const told = (city: string) => cities.find(({ id }) => id === city)?.notOnSale
  expect([told(open), told(paused)]).toEqual([null, 'paused'])
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
  expect(await revokeLink(revoked.id, somebody)).toEqual({ ok: true, value: null })
  expect(await revokeLink(revoked.id, somebody)).toEqual({ ok: false, code: 'already_revoked' })
  expect(await auditRows('link.revoke')).toEqual([
    { outcome: 'refused', code: 'already_revoked', target: city },
  ])
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

test('a link that cannot be is refused, and the attempt is recorded', async () => {
  const city = await counter.aCity()
  const wanted: NewLink = { cityId: city, tier: 'ga', seats: 2, days: 7 }
  const codeOf = async (given: Partial<NewLink>) => {
    const result = await issueLink({ ...wanted, ...given }, somebody)
    return result.ok ? 'issued' : result.code
  }
  expect(await codeOf({ seats: 0 })).toBe('invalid_seats')
  expect(await codeOf({ seats: 1.5 })).toBe('invalid_seats')
  expect(await codeOf({ days: 366 })).toBe('invalid_days')
  expect(await codeOf({ email: 'nobody' })).toBe('invalid_email')
  expect(await codeOf({ note: 'a\0b' })).toBe('invalid_note')
  expect(await codeOf({ cityId: 'nowhere' })).toBe('unknown_city')
  expect(await auditRows('link.issue')).toEqual([
    { outcome: 'refused', code: 'unknown_city', target: 'nowhere' },
  ])
  expect(await listLinks({ cityId: city })).toEqual({ links: [], nextCursor: null })
  await archiveCity(city, somebody)
  expect(await codeOf({})).toBe('unknown_city')
})

test('a link that two people revoke at once is revoked, and recorded, once', async () => {
  const city = await counter.aCity()
  for (let round = 0; round < 10; round++) {
    const { id } = await aLink(city)
    const both = await Promise.all([revokeLink(id, somebody), revokeLink(id, somebody)])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both).toContainEqual({ ok: false, code: 'already_revoked' })
  }
})

test('every link is on a page, and the oldest of 201 can be revoked', async () => {
  const city = await counter.aCity()
  const first = await aLink(city)
  await counter.rows(sql`
    insert into private_links (token_hash, city_id, tier, seats, created_by, created_at, expires_at)
    select sha256((${city} || n)::bytea), ${city}, 'ga', 2, 'tests',
      app_now() + (n / 2) * interval '1 microsecond', app_now() + interval '1 day'
    from generate_series(1, 200) n`)
  const ids = await idsOnAllPages({ cityId: city })
  expect(new Set(ids).size).toBe(201)
  expect(ids.at(-1)).toBe(first.id)
  expect(await idsOnAllPages({})).toEqual(expect.arrayContaining(ids))

  expect(await revokeLink(first.id, somebody)).toMatchObject({ ok: true })
  expect(await idsOnAllPages({ cityId: city, onlyActive: true })).toEqual(ids.slice(0, -1))
  expect(await idsOnAllPages({ cityId: city })).toEqual(ids)
})

test.each(['', '1', '1~', '1~nobody', `1~${'x'.repeat(36)}`, '\0~\0'])(
  'a place that no page has ended at is the beginning: %j',
  async (cursor) => {
    const { links } = await listLinks({ cursor })
    expect(links).toEqual((await listLinks()).links)
  },
)

async function idsOnAllPages(query: LinkQuery): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await listLinks({ ...query, cursor })
    ids.push(...page.links.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return ids
}

test('the secret is kept nowhere', async () => {
  const city = await counter.aCity()
  const { token } = await aLink(city)
  const [row] = await counter.rows(
    sql`select to_jsonb(l)::text as text from private_links l where city_id = ${city}`,
  )
  expect(JSON.stringify(row)).not.toContain(token)
  const audit = await counter.rows(sql`select after::text from admin_audit where action = 'link.issue'`)
  expect(JSON.stringify(audit)).not.toContain(token)
})
