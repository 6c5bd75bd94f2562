import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import type { AuditContext } from '@/lib/accounts/audit-log'
import { replayAsAdmin } from '@/lib/housekeeping/replay-as-admin'
import { readQueueHealth } from '@/lib/queues/health'
import { readLateQueues } from '@/lib/queues/late'
import { enqueue } from '@/lib/queues/send'
import { storyDatabase } from '@/tests/support/stories/database'

const db = storyDatabase()
const audit: AuditContext = { actor: { kind: 'system', name: 'tests' } }

async function healthOf(name: string) {
  return (await readQueueHealth()).find((queue) => queue.name === name)
}

test('depth, the age of the oldest, what is done and what failed', async () => {
  expect(await healthOf('alerts')).toEqual({
    name: 'alerts',
    ready: 0,
    later: 0,
    active: 0,
    oldestSeconds: null,
    completed: 0,
    failed: 0,
    isDeadLetter: false,
  })
  const alert = { alertId: crypto.randomUUID(), channel: 'slack', target: 'webhook' } as const
  await enqueue(
    database(),
    'alerts',
    Array.from({ length: 6 }, () => alert),
  )
  await enqueue(database(), 'alerts', [alert], { startAfterSeconds: 600 })
  const set = (state: string, count: number, more = '') =>
    db.owner.query(`update pgboss.job set state = '${state}'${more} where id in (
      select id from pgboss.job where name = 'alerts' and state = 'created' and start_after <= now() limit ${count})`)
  await set('active', 1)
  await set('completed', 2, `, completed_on = now() - interval '1 minute'`)
  await set('failed', 1, `, completed_on = now() - interval '9 minutes'`)
  await db.owner
    .query(`update pgboss.job set created_on = now() - interval '90 s', start_after = now() - interval '90 s'
    where name = 'alerts' and state = 'created' and start_after <= now()`)
  const health = await healthOf('alerts')
  expect(health).toMatchObject({ ready: 2, later: 1, active: 1, completed: 2, failed: 1 })
  expect(health?.oldestSeconds).toBeGreaterThanOrEqual(90)
  await db.owner.query(
    `update pgboss.job set completed_on = now() - interval '11 minutes' where completed_on is not null`,
  )
  expect(await healthOf('alerts')).toMatchObject({ completed: 0, failed: 0 })
})

test('a queue is late when a job could have run for a minute and nobody works there', async () => {
  await db.owner.query('delete from pgboss.job')
  const alert = { alertId: crypto.randomUUID(), channel: 'slack', target: 'webhook' } as const
  await enqueue(database(), 'alerts', [alert, alert])
  await enqueue(database(), 'alerts', [alert], { startAfterSeconds: 600 })
  await enqueue(database(), 'stripe-events', [{ eventId: 'evt_late' }])
  const waitsFor = (seconds: number, id: string) =>
    db.owner.query(
      `update pgboss.job set created_on = now() - make_interval(secs => $1), start_after = now() - make_interval(secs => $1)
       where id = $2`,
      [seconds, id],
    )
  const [one = '', other = ''] = (
    await db.owner.query<{ id: string }>(
      `select id from pgboss.job where name = 'alerts' and start_after <= now()`,
    )
  ).map(({ id }) => id)
  await waitsFor(50, one)
  expect(await readLateQueues()).toEqual([])
  await waitsFor(70, one)
  const late = await readLateQueues()
  expect(late).toMatchObject([{ name: 'alerts' }])
  expect(late[0]?.oldestSeconds).toBeGreaterThanOrEqual(70)

  // A worker that lives says so every few seconds, however long a job takes.
  const beats = (age: string) =>
    db.owner.query(
      `update pgboss.job set state = 'active', heartbeat_on = now() - $1::interval where id = $2`,
      [age, other],
    )
  await beats('10 s')
  expect(await readLateQueues()).toEqual([])
  await beats('70 s')
  expect(await readLateQueues()).toMatchObject([{ name: 'alerts' }])
  await db.owner.query(`update pgboss.job set state = 'retry' where id = $1`, [one])
  expect(await readLateQueues()).toMatchObject([{ name: 'alerts' }])
  await db.owner.query(`update pgboss.job set name = 'alerts-dead' where id = $1`, [one])
  expect(await readLateQueues()).toEqual([])
  await db.owner.query('delete from pgboss.job')
})

test('the sweep is late a minute after its last run: workers that stopped leave no job behind that waits', async () => {
  await db.owner.query('delete from pgboss.job')
  expect(await readLateQueues()).toEqual([])
  const [id] = await enqueue(database(), 'reservation-sweep', [{}])
  const ended = (state: string, age: string) =>
    db.owner.query('update pgboss.job set state = $1, completed_on = now() - $2::interval where id = $3', [
      ...[state, age],
      id,
    ])
  for (const state of ['completed', 'failed']) {
    await ended(state, '50 s')
    expect(await readLateQueues()).toEqual([])
    await ended(state, '3 min')
    const late = await readLateQueues()
    expect(late).toMatchObject([{ name: 'reservation-sweep' }])
    expect(late[0]?.oldestSeconds).toBeGreaterThanOrEqual(180)
  }
  // One that takes long, as while Stripe is slow.
  await enqueue(database(), 'reservation-sweep', [{}])
  await db.owner.query(`update pgboss.job set state = 'active', heartbeat_on = now() where id <> $1`, [id])
  expect(await readLateQueues()).toEqual([])
  await db.owner.query('delete from pgboss.job')
})

test('an event whose job went with its effects counts as done', async () => {
  await db.owner.query(`
    insert into stripe_events (id, type, livemode, state, created_at, processed_at)
    select 'evt_' || minutes, 'refund.updated', false, 'processed', app_now(),
      app_now() - make_interval(mins => minutes)
    from unnest(array[1, 9, 11]) as minutes`)
  expect(await healthOf('stripe-events')).toMatchObject({ active: 0, completed: 2, failed: 0 })
})

test('events that wait are not late while others are applied, as in a backlog', async () => {
  await enqueue(database(), 'stripe-events', [{ eventId: 'evt_in_a_backlog' }])
  await db.owner.query(`
    update pgboss.job set created_on = now() - interval '2 min', start_after = now() - interval '2 min'`)
  const lastApplied = (age: string) =>
    db.owner.query('update stripe_events set processed_at = app_now() - $1::interval', [age])
  await lastApplied('10 s')
  expect(await readLateQueues()).toEqual([])
  await lastApplied('70 s')
  expect(await readLateQueues()).toMatchObject([{ name: 'stripe-events' }])
  await db.owner.query('delete from pgboss.job')
})

test('a replay is in the audit log, also one that found nothing', async () => {
  const alertId = crypto.randomUUID()
  await enqueue(database(), 'alerts', [{ alertId, channel: 'slack', target: 'webhook' }])
  await db.owner.query(
    `update pgboss.job set name = 'alerts-dead', source_name = 'alerts' where data ->> 'alertId' = $1`,
    [alertId],
  )
  const [letter] = await db.owner.query<{ id: string }>(
    `select id from pgboss.job where name = 'alerts-dead'`,
  )
  expect(await healthOf('alerts-dead')).toMatchObject({ ready: 1, isDeadLetter: true })
  const one = { queue: 'alerts-dead', id: letter?.id } as const
  expect(await replayAsAdmin(one, audit)).toEqual({ ok: true, replayed: 1 })
  expect(await healthOf('alerts-dead')).toMatchObject({ ready: 0 })
  for (const gone of [one, { queue: 'alerts-dead' } as const, { queue: 'alerts-dead', id: 'none' } as const])
    expect(await replayAsAdmin(gone, audit)).toEqual({ ok: false, code: 'nothing_to_replay' })
  const rows = await db.owner.query(
    `select outcome, code from admin_audit where action = 'dead_letter.replay' order by id`,
  )
  const refused = { outcome: 'refused', code: 'nothing_to_replay' }
  expect(rows).toEqual([{ outcome: 'applied', code: null }, refused, refused, refused])
})
