import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { runHousekeeping } from '@/lib/housekeeping'
import { enqueue } from '@/lib/queues/send'
import { database } from '@/lib/database'
import { acceptStripeEvent } from '@/lib/stripe/accept-event'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { ticketCounter, workBatch } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

async function aPaidOrder(quantity = 1) {
  const city = await counter.aCity({ ga: 35 })
  const { sessionId } = await counter.opened(city, { quantity })
  const { events, session } = await counter.control.pay(sessionId)
  const completed = events.find(({ type }) => type === 'checkout.session.completed')
  if (!completed) throw new Error('no event')
  return { city, sessionId, session, completed }
}

async function salesIn(city: string): Promise<number> {
  const rows = await counter.rows(
    sql`select 1 from inventory_transactions where city_id = ${city} and operation = 'decrement'`,
  )
  return rows.length
}

test('reconciliation and webhook of one session at the same instant, 30 times: sold once each', async () => {
  for (let round = 0; round < 30; round++) {
    const { city, sessionId, session, completed } = await aPaidOrder()
    const twin = await counter.control.emitEvent('checkout.session.async_payment_succeeded', session)
    await counter.deliver(completed, twin)
    await Promise.all([counter.work(), reconcileStripe({ sessionId }), counter.work()])
    await counter.work()
    expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
    expect(await salesIn(city)).toBe(1)
  }
})

test('a threshold that one order crosses is told of once, whoever brought the news', async () => {
  const city = await counter.aCity({ ga: 12 })
  const { sessionId } = await counter.opened(city, { quantity: 8 })
  const { events } = await counter.control.pay(sessionId)
  await counter.deliver(...events)
  await Promise.all([counter.work(), reconcileStripe({ sessionId })])
  await counter.work()
  const alerts = await counter.rows(
    sql`select level, remaining from alerts where city_id = ${city} and kind = 'threshold'`,
  )
  expect(alerts).toEqual([{ level: 'critical', remaining: 4 }])
})

test('the same event to two web processes at once, later, and after its facts were forgotten', async () => {
  const { city, completed } = await aPaidOrder()
  const { body, header } = await counter.control.signedEvent(completed.id)
  const event = { rawBody: body, signature: header }
  const first = await Promise.all([1, 2, 3, 4, 5].map(() => acceptStripeEvent(event)))
  expect(first.filter(({ status }) => status === 'accepted')).toHaveLength(1)
  expect(first.filter(({ status }) => status === 'known')).toHaveLength(4)
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  await counter.advance(72 * 60)
  expect(await counter.deliver(completed)).toEqual([{ status: 'known' }])
  await counter.advance(31 * 24 * 60)
  expect(await counter.deliver(completed)).toEqual([{ status: 'known' }])
  await counter.advance(200 * 24 * 60)
  await runHousekeeping('forget')
  expect(await counter.deliver(completed)).toEqual([{ status: 'known' }])
  expect(await counter.work()).toEqual([])
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a first try that fails at the stock update leaves nothing; the second sells once', async () => {
  const { city, completed } = await aPaidOrder()
  await counter.owner.query(`
    create function fail_here() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger fail_here before update on inventory for each row execute function fail_here()`)
  await counter.deliver(completed)
  const [outcome] = await counter.work()
  expect(outcome).toMatchObject({ status: 'failed' })
  expect(await counter.rows(sql`select state from stripe_events where id = ${completed.id}`)).toEqual([
    { state: 'received' },
  ])
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
  await counter.owner.query('drop trigger fail_here on inventory; drop function fail_here()')
  await sql`update pgboss.job set start_after = now() where name = 'stripe-events' and state = 'retry'`.execute(
    database(),
  )
  expect(await counter.work()).toMatchObject([{ status: 'completed' }])
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('an accepted event whose job is lost is found and processed', async () => {
  const { city, completed } = await aPaidOrder()
  await counter.deliver(completed)
  await sql`delete from pgboss.job where data ->> 'eventId' = ${completed.id}`.execute(database())
  await counter.advance(1)
  await runHousekeeping('resume')
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('one event with two jobs in two workers at once: sold once', async () => {
  for (let round = 0; round < 20; round++) {
    const { city, completed } = await aPaidOrder()
    await counter.deliver(completed)
    await enqueue(database(), 'stripe-events', [{ eventId: completed.id }], { freshIds: true })
    await counter.workByTwo()
    expect(await salesIn(city)).toBe(1)
    // The second worker looks again once it has the event locked: it does not apply what has been applied.
    const outcome = await counter.rows(sql`select outcome from stripe_events where id = ${completed.id}`)
    expect(outcome).toEqual([{ outcome: 'applied 1' }])
  }
})

test('a refund with two jobs in two workers at once: the second finds its event applied', async () => {
  for (let round = 0; round < 10; round++) {
    const { city, sessionId, completed } = await aPaidOrder(2)
    await counter.handle(completed)
    const { events } = await counter.control.refund(sessionId, 100_000)
    const refunded = events.find(({ type }) => type === 'refund.created')
    if (!refunded) throw new Error('no event')
    await counter.deliver(refunded)
    await enqueue(database(), 'stripe-events', [{ eventId: refunded.id }], { freshIds: true })
    await counter.workByTwo()
    expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
    const outcome = await counter.rows(sql`select outcome from stripe_events where id = ${refunded.id}`)
    expect(outcome).toEqual([{ outcome: 'applied 1' }])
  }
})

test('a worker whose job was taken over applies nothing: the event is for whoever has the job', async () => {
  const { city, completed } = await aPaidOrder()
  await counter.deliver(completed)
  const lost = await counter.boss.fetch('stripe-events')
  await counter.boss.fail(
    'stripe-events',
    lost.map(({ id }) => id),
  )
  await sql`update pgboss.job set start_after = now() where name = 'stripe-events' and state = 'retry'`.execute(
    database(),
  )
  const again = await counter.boss.fetch('stripe-events')
  expect(again).toMatchObject([{ id: lost[0]?.id, retryCount: 1 }])
  await workBatch(counter.boss, 'stripe-events', lost)
  expect(await counter.rows(sql`select state from stripe_events where id = ${completed.id}`)).toEqual([
    { state: 'received' },
  ])
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 1 })
  await workBatch(counter.boss, 'stripe-events', again)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('a second paid session that names a sold reservation is a sale of its own', async () => {
  const { city, sessionId, session, completed } = await aPaidOrder()
  await counter.handle(completed)
  const metadata = session.metadata ?? {}
  const copy = await counter.control.createSession({ metadata, unitAmount: 100_000 })
  await counter.handle(...(await counter.control.pay(copy.session.id)).events)
  expect(copy.session.id).not.toBe(sessionId)
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})
