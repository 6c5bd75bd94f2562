import { expect, test } from 'vitest'
import { raiseAlerts } from '@/lib/alerts/raise'
import { readAttention } from '@/lib/analytics/attention'
import { runAudit } from '@/lib/audit'
import { database } from '@/lib/database'
import { readOperationFigures } from '@/lib/operation-figures'
import { enqueue } from '@/lib/queues/send'
import { transact } from '@/lib/queues/transaction'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

const db = storyDatabase()
const day = 24 * 60

/** What the console and Prometheus say of alerts that did not arrive. */
async function failedAlerts(): Promise<[number, number]> {
  const [attention, figures] = [await readAttention(), await readOperationFigures()]
  return [attention.failedAlerts, figures.alertsFailed]
}

test('an alert that three phones did not get is one, for a week', async () => {
  expect(await failedAlerts()).toEqual([0, 0])
  const targets = { slack: [], email: [], sms: ['+15550001', '+15550002', '+15550003'] }
  const alert = { kind: 'manual', channels: ['sms'], subject: 'S', body: 'B' } as const
  await transact((trx) => raiseAlerts(trx, [alert, alert], targets))
  await db.owner.query(`update alert_deliveries set state = 'failed'
    where alert_id = (select min(alert_id::text)::uuid from alert_deliveries)`)
  expect(await failedAlerts()).toEqual([1, 1])
  await db.moveClock(7 * day - 5)
  expect(await failedAlerts()).toEqual([1, 1])
  await db.moveClock(10)
  expect(await failedAlerts()).toEqual([0, 0])
})

test('work that nobody takes is told of', async () => {
  await db.owner.query('delete from pgboss.job')
  await enqueue(database(), 'stripe-events', [{ eventId: 'evt_waits' }])
  const aged = (seconds: number) =>
    db.owner.query(
      `update pgboss.job set created_on = now() - make_interval(secs => $1), start_after = now() - make_interval(secs => $1)`,
      [seconds],
    )
  expect((await readAttention()).lateQueues).toEqual([])
  await aged(61)
  expect((await readAttention()).lateQueues).toMatchObject([{ name: 'stripe-events' }])
  expect(await readOperationFigures()).toMatchObject({ queuesLate: 1, deadLetters: 0, auditDifferences: 0 })
})

test('how long no full audit has ended, however many others did: since the first of all where none ever has', async () => {
  const fullAuditedAt = async () => (await readAttention()).fullAuditedAt
  expect(await fullAuditedAt()).toBeNull()
  const first = await runAudit({ full: false })
  await db.moveClock(15)
  await runAudit({ full: false })
  expect(await fullAuditedAt()).toEqual(first.finishedAt)
  const full = await runAudit({ full: true })
  await db.moveClock(15)
  await runAudit({ full: false })
  expect(await fullAuditedAt()).toEqual(full.finishedAt)
})

test('the payment that has waited longest for a decision, and that nobody is at', async () => {
  expect((await readAttention()).longestWaiting).toBeNull()
  const city = await aCity()
  await db.owner.query(`insert into payments (id, city_id, tier, amount_cents, currency)
    select 'pi_' || n, case when n < 4 then '${city}' end, 'ga', 250_000, 'usd' from generate_series(1, 4) n`)
  await db.owner.query(`
    insert into payment_exceptions (payment_id, kind, state, city_id, amount_cents, currency, created_at)
    values ('pi_1', 'no_seat', 'resolved', null, null, null, app_now() - interval '9 hours'),
      ('pi_2', 'no_seat', 'resolving', '${city}', 300_000, 'usd', app_now() - interval '8 hours'),
      ('pi_3', 'dispute_lost', 'open', null, null, null, app_now() - interval '2 hours'),
      ('pi_4', 'unknown_city', 'open', 'atlantis', 100_000, 'usd', app_now() - interval '3 hours')`)
  const next = async () => {
    const { openExceptions, longestWaiting } = await readAttention()
    return [openExceptions, longestWaiting] as const
  }
  const resolve = (payment: string) =>
    db.owner.query(`update payment_exceptions set state = 'resolved' where payment_id = $1`, [payment])
  expect(await next()).toMatchObject([
    3,
    { title: 'paid for a city that we do not know', state: 'open', amountCents: 100_000, cityName: null },
  ])
  await resolve('pi_4')
  // Where it says nothing itself, the payment does.
  expect(await next()).toMatchObject([
    2,
    { title: 'a dispute was lost', state: 'open', amountCents: 250_000, currency: 'usd', cityName: city },
  ])
  await resolve('pi_3')
  expect(await next()).toMatchObject([
    1,
    { title: 'paid, but no seat is left', state: 'resolving', amountCents: 300_000, cityName: city },
  ])
  await resolve('pi_2')
  expect(await next()).toEqual([0, null])
})
