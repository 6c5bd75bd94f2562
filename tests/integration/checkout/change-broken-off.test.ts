import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { findVisitorsHold } from '@/lib/checkout/reservations'
import { sweepReservations } from '@/lib/checkout/sweep'
import { visitorHash } from '@/lib/checkout/visitor-hash'
import { database } from '@/lib/database'
import { setSaleState } from '@/lib/inventory/admin'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'

/** Changes of an order that do not come to their end, or not at once. */

const counter = ticketCounter()
const expire = 'POST /v1/checkout/sessions/*/expire'

/** Has every hold `new` of this kind fail, until the returned function is called. */
async function breakOff(owner: pg.Client, kind: string): Promise<() => Promise<unknown>> {
  await owner.query(`
    create function break_off() returns trigger language plpgsql as $$ begin
      if ${kind} then raise exception 'broken off'; end if;
      return new;
    end $$;
    create trigger break_off before insert on reservations for each row execute function break_off()`)
  return () => owner.query('drop function break_off cascade')
}

test('Stripe is out of reach: the old checkout stays, the extra seats are free again, and it can be tried again', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 2, token })
  await counter.control.fault({ match: expire, kind: 'status', status: 503, times: 10 })
  expect(await counter.checkout(city, { quantity: 5, token })).toMatchObject({
    ok: false,
    code: 'payment_unavailable',
  })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
  expect(await counter.pageOf(old.sessionId)).toBe('open')
  await counter.control.clearFaults()
  await counter.opened(city, { quantity: 5, token })
  expect(await counter.stock(city)).toMatchObject({ held: 5 })
})

test('an answer that is lost after the page was closed: the next try finds it closed', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  await counter.opened(city, { quantity: 2, token })
  await counter.control.fault({ match: expire, kind: 'status-after' })
  expect(await counter.checkout(city, { quantity: 3, token })).toMatchObject({
    ok: false,
    code: 'payment_unavailable',
  })
  await counter.opened(city, { quantity: 3, token })
  expect(await counter.stock(city)).toMatchObject({ held: 3 })
})

test('the last seats of a full house stay the buyer’s, though Stripe tells of the closed page before it answers', async () => {
  const city = await counter.aCity({ ga: 3 })
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 3, token })
  await counter.control.fault({ match: expire, kind: 'slow-after', delayMs: 3_000 })
  const change = counter.checkout(city, { quantity: 2, token })
  await counter.handle(await counter.expiryOf(old.sessionId))
  expect(await counter.checkout(city)).toMatchObject({ ok: false, code: 'insufficient_stock' })
  expect(await change).toMatchObject({ ok: true })
  expect(
    await counter.rows(
      sql<{
        quantity: number
      }>`select quantity from reservations where city_id = ${city} and status = 'held'`,
    ),
  ).toEqual([{ quantity: 2 }])
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test('a sale that is paused once the page was closed: all seats of the order are free at once, the extra ones, too', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 1, token })
  await counter.control.fault({ match: expire, kind: 'slow-after', delayMs: 1_500 })
  const change = counter.checkout(city, { quantity: 3, token })
  await until(async () => (await counter.pageOf(old.sessionId)) === 'expired')
  await setSaleState(city, 'paused', { authorizedBy: 'tests' })
  expect(await change).toMatchObject({ ok: false, code: 'not_on_sale' })
  expect(await counter.stock(city)).toMatchObject({ held: 0 })
})

test('seats that a change has left behind when its process died are free after two minutes', async () => {
  const city = await counter.aCity({ ga: 2 })
  await sql`update cities set hold_minutes = 1430 where id = ${city}`.execute(database())
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 2, token })
  await counter.control.fault({ match: expire, kind: 'status-after' })
  expect(await counter.checkout(city, { quantity: 1, token })).toMatchObject({ code: 'payment_unavailable' })
  await counter.handle(await counter.expiryOf(old.sessionId))
  expect(await counter.checkout(city)).toMatchObject({ code: 'insufficient_stock' })
  const hold = await findVisitorsHold(city, visitorHash(token))
  expect(hold?.secondsLeft).toBeLessThanOrEqual(120)
  await counter.advance(3)
  await counter.opened(city, { quantity: 2 })
})

test('a change that broke off once the page was closed: who wants the old seats again gets a page that is open', async () => {
  const city = await counter.aCity()
  const order = { quantity: 1, token: randomUUID() }
  await counter.opened(city, order)
  const mend = await breakOff(
    counter.owner,
    'exists (select from reservations r where r.visitor_hash = new.visitor_hash and r.lease_until is not null)',
  )
  await expect(counter.checkout(city, { ...order, quantity: 2 })).rejects.toThrow('broken off')
  await mend()
  // Also where its news never comes.
  await counter.advance(10)
  const again = await counter.opened(city, order)
  expect(await counter.pageOf(again.sessionId)).toBe('open')
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
})

test('extra seats of a process that died come back within minutes, however long holds last', async () => {
  const city = await counter.aCity()
  await sql`update cities set hold_minutes = 1430 where id = ${city}`.execute(database())
  const token = randomUUID()
  const old = await counter.opened(city, { quantity: 1, token })
  await counter.control.fault({ match: expire, kind: 'status', status: 503, times: 10 })
  await counter.checkout(city, { quantity: 4, token })
  await counter.control.clearFaults()
  // As if it had died before it dropped them.
  await sql`update reservations set status = 'held', closed_at = null, closed_because = null
    where extends = ${old.reservationId}`.execute(database())
  await sql`update inventory set held = held + 3 where city_id = ${city} and tier = 'ga'`.execute(database())
  // They are no hold of their own, whichever of the two rows was written last.
  for (const isExtra of [true, false]) {
    await sql`update reservations set session_url = session_url
      where city_id = ${city} and (extends is not null) = ${isExtra}`.execute(database())
    expect(await findVisitorsHold(city, visitorHash(token))).toMatchObject({ id: old.reservationId })
  }
  await counter.advance(6)
  await sweepReservations()
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
})

test('extra seats of a change that broke off are dropped at once', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  await counter.opened(city, { quantity: 1, token })
  const mend = await breakOff(counter.owner, 'new.quantity = 4')
  await expect(counter.checkout(city, { quantity: 4, token })).rejects.toThrow('broken off')
  await mend()
  expect(await counter.stock(city)).toMatchObject({ held: 1 })
})
