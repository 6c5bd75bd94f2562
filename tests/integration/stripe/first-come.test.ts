import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { sortEvents } from '@/lib/stripe/apply-events'
import { ticketCounter, workBatch } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'

const counter = ticketCounter()

test('a batch is applied in the order in which its events came, wherever they lie and whatever they are called', async () => {
  // So many that no plan for a batch of them walks all that wait, which would put them in order by chance.
  await counter.owner.query(`
    insert into stripe_events (id, type, livemode, facts, created_at, received_at)
    select 'evt_' || md5(place::text), 'checkout.session.expired', false,
      jsonb_build_object('kind', 'session', 'sessionId', 'cs_' || place), app_now(),
      app_now() - make_interval(secs => place)
    from generate_series(1, 5000) place order by md5(place || 'heap')`)
  await counter.owner.query('analyze stripe_events')
  const { rows } = await counter.owner.query<{ id: string }>(
    'select id from stripe_events order by received_at limit 200',
  )
  const ids = rows.map(({ id }) => id)
  const { ready } = await sortEvents(ids.toSorted())
  expect(ready.map(({ news }) => news.key)).toEqual(ids)
})

test('a batch claims its events while the one before it locks, and never overtakes it', async () => {
  const [first, second] = await twoLatePaymentsForOneSeat()
  await counter.deliver(first.completed, second.completed)
  const fetchOne = () => counter.boss.fetch('stripe-events', { batchSize: 1 })
  const batches = [await fetchOne(), await fetchOne()]

  // Somebody else is about to write the first one's payment.
  await counter.owner.query('begin')
  await counter.owner.query(`insert into payments (id, session_id) values ('elsewhere', $1)`, [
    first.sessionId,
  ])
  const [early, late] = batches.map((jobs) => workBatch(counter.boss, 'stripe-events', jobs))
  await until(async () => (await blocked()).length > 0)
  let isLateDone = false
  const lateDone = late?.then(() => (isLateDone = true))
  await until(async () => isLateDone || (await waitingWithItsEvents()).length > 0)
  const overtook = isLateDone
  await counter.owner.query('rollback')
  await Promise.all([early, lateDone])

  const sold = await counter.rows(
    sql`select session_id from payments where state = 'sold' and session_id = any(${[first.sessionId, second.sessionId]})`,
  )
  expect({ sold, overtook }).toEqual({ sold: [{ session_id: first.sessionId }], overtook: false })
})

const blocked = () =>
  counter.rows(sql`select 1 from pg_stat_activity
    where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`)

/** Transactions that have marked their events and wait for something that is not in the database. */
const waitingWithItsEvents = () =>
  counter.rows(sql`select 1 from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction' and query like '%update stripe_events%'
      and state_change < clock_timestamp() - interval '200 ms'`)

/** Paid at the last moment; when the news comes their holds are gone, and somebody else has bought one of two seats. */
async function twoLatePaymentsForOneSeat() {
  const city = await counter.aCity({ ga: 2 })
  const [a, b] = [await counter.opened(city), await counter.opened(city)]
  const paid = [await payFor(a.sessionId), await payFor(b.sessionId)] as const
  await counter.advance(60)
  const { sessionId } = await counter.opened(city)
  await counter.handle((await payFor(sessionId)).completed)
  return paid
}

async function payFor(sessionId: string) {
  const { events } = await counter.control.pay(sessionId)
  return { sessionId, completed: completedAmong(events) }
}

function completedAmong(events: { id: string; type: string }[]): { id: string } {
  const completed = events.find(({ type }) => type === 'checkout.session.completed')
  if (!completed) throw new Error('No event says that it was paid')
  return completed
}
