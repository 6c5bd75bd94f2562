import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { expandInventory } from '@/lib/inventory'
import { database } from '@/lib/database'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { readPublicStock } from '@/lib/inventory/public-stock'
import { ticketCounter, workBatch } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'

const counter = ticketCounter()

/** Paid at the last moment, but the news comes when the hold is gone. */
async function aLatePayment(city: string) {
  const { sessionId } = await counter.opened(city, { quantity: 1 })
  const { events } = await counter.control.pay(sessionId)
  await counter.advance(60)
  return { sessionId, events }
}

async function takeAll(city: string, quantity: number) {
  const { sessionId } = await counter.opened(city, { quantity })
  await counter.handle(...(await counter.control.pay(sessionId)).events)
}

function completedAmong(events: { id: string; type: string }[]) {
  return events.filter(({ type }) => type === 'checkout.session.completed')
}

async function publicStock(city: string) {
  const { stock } = await readPublicStock()
  return stock.find(({ cityId }) => cityId === city)
}

async function exceptionOf(sessionId: string) {
  const { exceptions } = await listExceptions()
  return exceptions.find((one) => one.payment.sessionId === sessionId)
}

test('paid after its hold was gone, with a seat free: honoured', async () => {
  const city = await counter.aCity({ ga: 2 })
  const { events } = await aLatePayment(city)
  await takeAll(city, 1)
  await counter.handle(...events)
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

test.each([
  { hiddenSale: 'open', sold: 2 },
  { hiddenSale: 'private', sold: 1 },
])('with only hidden seats free, by the setting of the city: $hiddenSale', async ({ hiddenSale, sold }) => {
  const city = await counter.aCity({ ga: 1 })
  await sql`update inventory set hidden_sale = ${hiddenSale} where city_id = ${city}`.execute(database())
  const { sessionId, events } = await aLatePayment(city)
  await takeAll(city, 1)
  await expandInventory(city, 'ga', 5, 'Nate')
  const before = await publicStock(city)
  await counter.handle(...events)
  expect(await counter.stock(city)).toMatchObject({ sold })
  expect((await exceptionOf(sessionId))?.kind).toBe(hiddenSale === 'open' ? undefined : 'no_seat')
  expect(await publicStock(city)).toEqual(before)
})

test('with nothing free: an exception with its alert, and the same news again changes nothing', async () => {
  const city = await counter.aCity({ ga: 1 })
  const { sessionId, events } = await aLatePayment(city)
  await takeAll(city, 1)
  for (let times = 0; times < 3; times++) await counter.handle(...events)
  const twin = await counter.control.snapshot()
  const session = twin.sessions.find(({ id }) => id === sessionId)
  await counter.handle(await counter.control.emitEvent('checkout.session.async_payment_succeeded', session))
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await exceptionOf(sessionId)).toMatchObject({
    kind: 'no_seat',
    state: 'open',
    cityId: city,
    tier: 'ga',
    quantity: 1,
    amountCents: 100_000,
  })
  const alerts = await counter.rows(sql`select 1 from alerts where kind = 'exception' and city_id = ${city}`)
  expect(alerts).toHaveLength(1)
})

/** Paid at the last moment; when the news comes their holds are gone, and somebody else has bought one of two seats. */
async function twoLatePaymentsForOneSeat() {
  const city = await counter.aCity({ ga: 2 })
  const [a, b] = [await counter.opened(city), await counter.opened(city)]
  const paid = [await counter.control.pay(a.sessionId), await counter.control.pay(b.sessionId)]
  await counter.advance(60)
  await takeAll(city, 1)
  const news = paid.flatMap(({ events }) => completedAmong(events))
  return { city, news, sessionIds: [a.sessionId, b.sessionId] }
}

test('the last seat, two payments at once, 20 times: one sale, one exception', async () => {
  for (let round = 0; round < 20; round++) {
    const { city, news, sessionIds } = await twoLatePaymentsForOneSeat()
    expect(await counter.deliver(...news)).toEqual([{ status: 'accepted' }, { status: 'accepted' }])
    await counter.workByTwo()
    expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
    const found = await Promise.all(sessionIds.map(exceptionOf))
    expect(found.flatMap((one) => one?.kind ?? [])).toEqual(['no_seat'])
  }
})

test('a batch claims its events while the one before it locks, and never overtakes it', async () => {
  const { news, sessionIds } = await twoLatePaymentsForOneSeat()
  const [first] = sessionIds
  await counter.deliver(...news)
  const fetchOne = () => counter.boss.fetch('stripe-events', { batchSize: 1 })
  const batches = [await fetchOne(), await fetchOne()]

  // Somebody else is about to write the first one's payment.
  await counter.owner.query('begin')
  await counter.owner.query(`insert into payments (id, session_id) values ('elsewhere', $1)`, [first])
  const [early, late] = batches.map((jobs) => workBatch(counter.boss, 'stripe-events', jobs))
  await until(async () => (await blocked()).length > 0)
  let isLateDone = false
  const lateDone = late?.then(() => (isLateDone = true))
  await until(async () => isLateDone || (await waitingWithItsEvents()).length > 0)
  const overtook = isLateDone
  await counter.owner.query('rollback')
  await Promise.all([early, lateDone])

  const sold = await counter.rows(
    sql`select session_id from payments where state = 'sold' and session_id = any(${sessionIds})`,
  )
  expect({ sold, overtook }).toEqual({ sold: [{ session_id: first }], overtook: false })
})

const blocked = () =>
  counter.rows(sql`select 1 from pg_stat_activity
    where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`)

/** Transactions that have marked their events and wait for something that is not in the database. */
const waitingWithItsEvents = () =>
  counter.rows(sql`select 1 from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction' and query like '%update stripe_events%'
      and state_change < clock_timestamp() - interval '200 ms'`)

test('in one batch a payment that first finds no seat and then one is a sale and nothing else', async () => {
  const city = await counter.aCity({ ga: 1 })
  const { sessionId, events } = await aLatePayment(city)
  const other = await counter.opened(city)
  const session = (await counter.control.snapshot()).sessions.find(({ id }) => id === sessionId)
  const expired = await counter.control.expire(other.sessionId)
  const twin = await counter.control.emitEvent('checkout.session.async_payment_succeeded', session)
  await counter.handle(...events, ...expired.events, twin)
  const { sold, held } = await counter.stock(city)
  const exception = await exceptionOf(sessionId)
  expect({ sold, held, kind: exception?.kind }).toEqual({ sold: 1, held: 0, kind: undefined })
})

test('a hold of another page that has lapsed is not kept for the payment that names it, which gets its seat', async () => {
  const city = await counter.aCity({ ga: 1 })
  const { reservationId } = await counter.opened(city)
  const metadata = { cityId: city, ticketType: 'GA', quantity: '1', reservationId }
  const { session } = await counter.control.createSession({ metadata })
  const { events } = await counter.control.pay(session.id)
  await counter.advance(60)
  await counter.handle(...completedAmong(events))
  expect(await exceptionOf(session.id)).toBeUndefined()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('in one batch a payment takes the seats that are held for it, whoever else paid late', async () => {
  const city = await counter.aCity({ ga: 1 })
  const late = await aLatePayment(city)
  // This hold takes the seat of the one that lapsed, and its own last moment passes before the news of both comes.
  const holder = await aLatePayment(city)
  await counter.handle(...completedAmong(late.events), ...completedAmong(holder.events))
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await exceptionOf(holder.sessionId)).toBeUndefined()
  expect((await exceptionOf(late.sessionId))?.kind).toBe('no_seat')
})
