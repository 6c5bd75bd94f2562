import { sql } from 'kysely'
import type { Job } from 'pg-boss'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { paidEvents } from '@/tests/support/paid-events'
import { ticketCounter, workBatch } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'

/** C21: a job’s claim runs out while its worker is still at it, so another worker has the same job. */

const counter = ticketCounter()
const { paid, paidWithAnotherAmount, retryNow } = paidEvents(counter)

const take = () => counter.boss.fetch('stripe-events', { batchSize: 500 })
const run = (jobs: Job<unknown>[]) => workBatch(counter.boss, 'stripe-events', jobs)

/** As if the workers that have jobs had not been heard of for longer than a heartbeat. */
async function loseClaims(): Promise<void> {
  await sql`update pgboss.job set heartbeat_on = now() - interval '16 s'
    where name = 'stripe-events' and state = 'active'`.execute(database())
}

async function lookForLostClaims(): Promise<void> {
  await sql`update pgboss.queue set monitor_on = null, monitor_claim_on = null`.execute(database())
  await counter.boss.supervise()
  await retryNow()
}

/** A city with 12 seats of which 2 were bought: its ledger, its messages, and what is sold. */
async function effectsIn(city: string) {
  const [seen] = await counter.rows(
    sql<{ sales: number; alerts: number; messages: number; left: number }>`
      select (select count(*)::int from inventory_transactions
          where city_id = ${city} and operation = 'decrement') as sales,
        (select count(*)::int from alerts where city_id = ${city}) as alerts,
        (select count(*)::int from pgboss.job j join alerts a on a.id::text = j.data ->> 'alertId'
          where j.name = 'alerts' and a.city_id = ${city}) as messages,
        (select count(*)::int from pgboss.job where name = 'stripe-events' and state < 'completed') as left`,
  )
  return { ...seen, ...(await counter.stock(city)) }
}

const once = { sales: 1, alerts: 1, messages: 1, left: 0, sold: 2, held: 0, actual: 12 }

test.each([
  ['an order that was held', async (city: string) => [(await paid(city, 2)).completed]],
  ['one that Stripe is asked about', async (city: string) => (await paidWithAnotherAmount(city)).events],
] as const)('%s, by both workers at once: one sale, one row, one message', async (_what, eventsOf) => {
  for (let round = 0; round < 4; round++) {
    const city = await counter.aCity({ ga: 12 })
    await counter.deliver(...(await eventsOf(city)))
    const lost = await take()
    await loseClaims()
    await lookForLostClaims()
    const takenOver = await take()
    expect(takenOver.map(({ id }) => id)).toEqual(lost.map(({ id }) => id))
    expect(takenOver[0]?.retryCount).toBe((lost[0]?.retryCount ?? 0) + 1)
    await Promise.all((round % 2 ? [lost, takenOver] : [takenOver, lost]).map(run))
    expect(await effectsIn(city)).toEqual(once)
  }
})

test('the worker that lost its claim comes last, or first: it does nothing, and the other one all', async () => {
  for (const isFirst of [true, false]) {
    const city = await counter.aCity({ ga: 12 })
    await counter.deliver((await paid(city, 2)).completed)
    const lost = await take()
    await loseClaims()
    await lookForLostClaims()
    const takenOver = await take()
    await run(isFirst ? lost : takenOver)
    expect(await effectsIn(city)).toMatchObject(isFirst ? { sales: 0, alerts: 0, sold: 0, held: 2 } : once)
    await run(isFirst ? takenOver : lost)
    expect(await effectsIn(city)).toEqual(once)
  }
})

test('a claim that runs out in the middle of the effects is nobody else’s', async () => {
  const city = await counter.aCity({ ga: 12 })
  await counter.deliver((await paid(city, 2)).completed)
  const jobs = await take()
  await loseClaims()
  await counter.owner.query('begin')
  await counter.owner.query('select 1 from inventory where city_id = $1 for update', [city])
  const running = run(jobs)
  await until(async () => {
    const { rowCount } = await counter.owner.query(
      'select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))',
    )
    return (rowCount ?? 0) > 0
  })
  const looking = lookForLostClaims()
  expect(await take()).toEqual([])
  await counter.owner.query('commit')
  await Promise.all([running, looking])
  expect(await take()).toEqual([])
  expect(await effectsIn(city)).toEqual(once)
})
