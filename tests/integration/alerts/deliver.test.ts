import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AlertChannel } from '@/db/schema'
import type { NewAlert } from '@/lib/alerts/alert'
import { configuredChannels } from '@/lib/alerts/channels'
import { deliverAlert } from '@/lib/alerts/deliver'
import { raiseAlerts } from '@/lib/alerts/raise'
import { closeDatabase, database } from '@/lib/database'
import { runHousekeeping } from '@/lib/housekeeping'
import { replayAsAdmin } from '@/lib/queues/replay-as-admin'
import { startQueueSender, stopQueueSender } from '@/lib/queues/send'
import { type AlertStandIns, startAlertStandIns } from '@/tests/support/alert-stand-ins'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { until } from '@/tests/support/until'
import { alertsWorker } from '@/worker/alerts'
import { createBoss } from '@/worker/boss'
import { workQueue } from '@/worker/queue-worker'

let testDatabase: TestDatabase
let providers: AlertStandIns
let boss: PgBoss

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  providers = await startAlertStandIns()
  Object.assign(process.env, providers.environment)
  boss = await createBoss().start()
  await startQueueSender()
  await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
})
beforeEach(async () => {
  providers.slack.messages.length = 0
  providers.smtp.mails.length = 0
  providers.twilio.messages.length = 0
})
afterEach(async () => {
  await boss.offWork('alerts')
  await sql`delete from pgboss.job`.execute(database())
  await sql`update alert_deliveries set state = 'skipped' where state in ('pending', 'sending', 'unknown')`.execute(
    database(),
  )
})
afterAll(async () => {
  await boss.stop({ graceful: false })
  await stopQueueSender()
  await closeDatabase()
  await providers.stop()
  await testDatabase.drop()
})

async function setAlertSettings(value: Record<string, number>): Promise<void> {
  const row = { key: 'alerts', value: JSON.stringify(value) }
  await database()
    .insertInto('settings')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute()
}

const everywhere: AlertChannel[] = ['slack', 'email', 'sms']

function anAlert(details: Partial<NewAlert> = {}): NewAlert {
  return {
    kind: 'threshold',
    level: 'critical',
    cityId: 'dallas-jan-2026',
    tier: 'ga',
    remaining: 5,
    channels: everywhere,
    subject: 'Critical: 5 GA seats left in Dallas',
    body: '30 of 35 GA seats are sold, 5 left.',
    ...details,
  }
}

async function raise(...alerts: NewAlert[]): Promise<string[]> {
  return database()
    .transaction()
    .execute((trx) => raiseAlerts(trx, alerts))
}

async function deliveries(alertId: string | undefined) {
  return database()
    .selectFrom('alert_deliveries')
    .where('alert_id', '=', alertId ?? '')
    .orderBy('channel')
    .orderBy('target')
    .selectAll()
    .execute()
}

async function statesOf(alertId: string | undefined): Promise<Record<string, string>> {
  return Object.fromEntries((await deliveries(alertId)).map((row) => [row.target, row.state]))
}

async function untilSettled(alertId: string | undefined): Promise<Record<string, string>> {
  return until(async () => {
    const states = await statesOf(alertId)
    return Object.values(states).every((state) => /^(sent|failed|skipped)$/.test(state)) && states
  })
}

const deliver = (alertId: string, channel: AlertChannel, target: string) =>
  deliverAlert(database(), configuredChannels(), 'https://tickets.example.com', { alertId, channel, target })

/** What another process leaves behind that died during its call: taken, the lease over, no outcome. */
async function leaveSending(alertId: string, target: string, reference: string): Promise<void> {
  await database()
    .updateTable('alert_deliveries')
    .set({
      state: 'sending',
      attempts: 1,
      provider_id: reference,
      next_try_at: sql<Date>`app_now() - interval '1 s'`,
    })
    .where('alert_id', '=', alertId)
    .where('target', '=', target)
    .execute()
}

test('three addresses, Slack and two phones each get the alert once, though one phone fails twice', async () => {
  const { slack, smtp, twilio, emails, phones } = providers
  twilio.answer(phones[1], 500, 500)
  const [alertId] = await raise(anAlert())
  await workQueue(boss, alertsWorker)
  const states = await untilSettled(alertId)

  expect(states).toEqual(
    Object.fromEntries([...emails, ...phones, 'webhook'].map((target) => [target, 'sent'])),
  )
  expect(smtp.mails.map((mail) => mail.to).sort()).toEqual([...emails].sort())
  expect(slack.messages).toHaveLength(1)
  expect(twilio.messages.map((message) => message.to).sort()).toEqual([...phones])
  expect((await deliveries(alertId)).map((row) => row.attempts)).toEqual([1, 1, 1, 1, 1, 3])
})

test('each message says what happened and leads to the city', async () => {
  const { slack, smtp, twilio } = providers
  const [alertId] = await raise(anAlert())
  await workQueue(boss, alertsWorker)
  await untilSettled(alertId)

  const link = 'https://tickets.example.com/admin/cities/dallas-jan-2026'
  expect(smtp.mails[0]).toMatchObject({ subject: 'Critical: 5 GA seats left in Dallas' })
  expect(smtp.mails[0]?.messageId).toMatch(/^<alert-[0-9A-Z]{8}@example\.com>$/)
  expect(new Set(smtp.mails.map((mail) => mail.messageId)).size).toBe(3)
  expect(smtp.mails[0]?.raw).toContain('text/html')
  expect(smtp.mails[0]?.raw).toContain(link)
  expect(JSON.stringify(slack.messages[0])).toContain(`<${link}|Open in the console>`)
  expect(twilio.messages[0]?.body).toMatch(
    new RegExp(`5 left\\.\nAs of \\w{3} \\d+, [^\n]+ C[SD]T\n${link}\nRef [0-9A-Z]{8}$`),
  )
})

describe('a process that died', () => {
  test('during a text message: it is found at Twilio and not sent again', async () => {
    const { twilio, phones } = providers
    const [alertId = ''] = await raise(anAlert({ channels: ['sms'] }))
    await deliver(alertId, 'sms', phones[0])
    const sent = twilio.messages[0]
    const reference = /Ref (\w+)$/.exec(sent?.body ?? '')?.[1] ?? ''
    await leaveSending(alertId, phones[0], reference)

    await deliver(alertId, 'sms', phones[0])
    expect(twilio.messages).toHaveLength(1)
    expect(await deliveries(alertId)).toMatchObject([
      { state: 'sent', provider_id: sent?.sid },
      { state: 'pending' },
    ])
  })

  test('before a text message went out: it is looked up, then sent', async () => {
    const { twilio, phones } = providers
    const [alertId = ''] = await raise(anAlert({ channels: ['sms'] }))
    await leaveSending(alertId, phones[0], 'NEVERSNT')
    const lookups = twilio.lookups()
    await deliver(alertId, 'sms', phones[0])
    expect(twilio.lookups()).toBe(lookups + 1)
    expect(twilio.messages).toMatchObject([
      { to: phones[0], body: expect.stringContaining('Ref NEVERSNT') as unknown },
    ])
  })

  test('during a mail: it is sent again under the same Message-ID', async () => {
    const { smtp, emails } = providers
    const [alertId = ''] = await raise(anAlert({ channels: ['email'] }))
    await deliver(alertId, 'email', emails[0])
    const reference = /alert-(\w+)@/.exec(smtp.mails[0]?.messageId ?? '')?.[1] ?? ''
    await leaveSending(alertId, emails[0], reference)
    await deliver(alertId, 'email', emails[0])
    expect(smtp.mails).toHaveLength(2)
    expect(smtp.mails[1]?.messageId).toBe(smtp.mails[0]?.messageId)
  })

  test('whose lease still runs is not overtaken, only looked at again later', async () => {
    const { smtp, emails } = providers
    const [alertId = ''] = await raise(anAlert({ channels: ['email'] }))
    await leaveSending(alertId, emails[0], 'INFLIGHT')
    await sql`update alert_deliveries set next_try_at = app_now() + interval '20 s' where alert_id = ${alertId} and state = 'sending'`.execute(
      database(),
    )
    await sql`delete from pgboss.job`.execute(database())
    await deliver(alertId, 'email', emails[0])
    expect(smtp.mails).toEqual([])
    const { rows } = await sql<{ wait: number }>`
      select extract(epoch from start_after - created_on)::int as wait from pgboss.job`.execute(database())
    expect(rows).toHaveLength(1)
    expect(rows[0]?.wait).toBeGreaterThanOrEqual(20)
  })

  test('with its job lost as well: housekeeping makes the job again, once', async () => {
    const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
    await leaveSending(alertId, 'webhook', 'LOSTJOB1')
    await sql`delete from pgboss.job`.execute(database())
    await sql`update alert_deliveries set next_try_at = app_now() - interval '3 min' where alert_id = ${alertId}`.execute(
      database(),
    )
    await runHousekeeping('resume')
    await runHousekeeping('resume')
    const { rows } = await sql`select data from pgboss.job where name = 'alerts'`.execute(database())
    expect(rows).toEqual([{ data: { alertId, channel: 'slack', target: 'webhook', urgent: true } }])
  })
})

test('two jobs of one delivery at the same time send it once', async () => {
  const { slack } = providers
  const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
  await Promise.all(Array.from({ length: 5 }, () => deliver(alertId, 'slack', 'webhook')))
  expect(slack.messages).toHaveLength(1)
})

describe('refusals', () => {
  test('a permanent one fails that target at once, shows why, and leaves the others alone', async () => {
    const { smtp, slack, twilio, emails, phones } = providers
    smtp.refuse(emails[1], 550)
    twilio.answer(phones[0], 400)
    slack.refuse({ status: 404, body: 'no_service' })
    const [alertId] = await raise(anAlert())
    await workQueue(boss, alertsWorker)

    expect(await untilSettled(alertId)).toEqual({
      [emails[0]]: 'sent',
      [emails[1]]: 'failed',
      [emails[2]]: 'sent',
      [phones[0]]: 'failed',
      [phones[1]]: 'sent',
      webhook: 'failed',
    })
    const failed = (await deliveries(alertId)).filter((row) => row.state === 'failed')
    expect(failed).toMatchObject([
      { target: emails[1], attempts: 1, last_error: expect.stringContaining('550') as unknown },
      { target: 'webhook', attempts: 1, last_error: '404 no_service' },
      { target: phones[0], attempts: 1, last_error: expect.stringContaining('400') as unknown },
    ])
  })

  test('passing ones are tried again: 451 by mail, 429 and 503 by Slack', async () => {
    const { smtp, slack, emails } = providers
    smtp.refuse(emails[0], 451)
    slack.refuse({ status: 429, body: 'rate_limited', retryAfter: 1 }, { status: 503, body: 'unavailable' })
    const [alertId] = await raise(anAlert({ channels: ['email', 'slack'] }))
    await workQueue(boss, alertsWorker)
    expect(new Set(Object.values(await untilSettled(alertId)))).toEqual(new Set(['sent']))
    expect(slack.messages).toHaveLength(1)
    expect(smtp.mails).toHaveLength(3)
    const attempts = Object.fromEntries((await deliveries(alertId)).map((row) => [row.target, row.attempts]))
    expect(attempts).toEqual({ [emails[0]]: 2, [emails[1]]: 1, [emails[2]]: 1, webhook: 3 })
  })

  test('between two tries the row says what went wrong and when the next one is', async () => {
    const { smtp, emails } = providers
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 300 })
    smtp.refuse(emails[0], 451)
    const [alertId = ''] = await raise(anAlert({ channels: ['email'] }))
    await deliver(alertId, 'email', emails[0])
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
    const row = (await deliveries(alertId)).find((delivery) => delivery.target === emails[0])
    expect(row).toMatchObject({
      state: 'pending',
      attempts: 1,
      last_error: expect.stringContaining('451') as unknown,
    })
    expect((row?.next_try_at?.getTime() ?? 0) - Date.now()).toBeGreaterThan(290_000)
  })

  test('after ten tries a delivery has failed and is a dead letter', async () => {
    const { twilio, phones } = providers
    twilio.answer(phones[0], ...Array.from({ length: 10 }, () => 503))
    const [alertId] = await raise(anAlert({ channels: ['sms'] }))
    await sql`update alert_deliveries set attempts = 8 where alert_id = ${alertId}`.execute(database())
    await workQueue(boss, alertsWorker)
    expect(await untilSettled(alertId)).toEqual({ [phones[0]]: 'failed', [phones[1]]: 'sent' })
    // The delivery is settled by its own transaction, the job a moment later.
    const letters = await until(async () => {
      const found = await boss.findJobs('alerts-dead')
      return found.length > 0 && found
    })
    expect(letters).toMatchObject([{ data: { alertId, channel: 'sms', target: phones[0] } }])
    expect(JSON.stringify(letters[0]?.sourceOutput)).not.toContain(phones[0])
  })

  test('a dead letter that is replayed sends the alert, and all that was in its digest', async () => {
    const { slack } = providers
    const mild = (cityId: string) => anAlert({ level: 'low', cityId, subject: cityId, channels: ['slack'] })
    const [lead = '', other = ''] = await raise(mild('city-1'), mild('city-2'))
    const [apart = ''] = await raise(anAlert({ channels: ['slack'] }))
    for (const alertId of [lead, apart]) {
      await sql`update alert_deliveries set attempts = 9 where alert_id = ${alertId}`.execute(database())
      slack.refuse({ status: 503, body: 'unavailable' })
      expect(await deliver(alertId, 'slack', 'webhook')).toBe('given_up')
    }
    expect(await statesOf(other)).toEqual({ webhook: 'failed' })
    await sql`delete from pgboss.job where data ->> 'alertId' <> ${lead}`.execute(database())
    await sql`update pgboss.job set name = 'alerts-dead', source_name = 'alerts'`.execute(database())

    const replayed = await replayAsAdmin(
      { queue: 'alerts-dead' },
      { actor: { kind: 'system', name: 'tests' } },
    )
    expect(replayed).toEqual({ ok: true, replayed: 1 })
    await workQueue(boss, alertsWorker)
    expect(await untilSettled(lead)).toEqual({ webhook: 'sent' })
    expect(await statesOf(other)).toEqual({ webhook: 'sent' })
    expect(await statesOf(apart)).toEqual({ webhook: 'failed' })
    expect(slack.messages.map(({ text }) => text)).toEqual(['2 stock alerts: city-1; city-2'])
  })
})

describe('the job of a try is never before its time', () => {
  /** Of one delivery by Slack: from its time to its job's, in seconds. */
  async function jobAfterTime(alertId: string): Promise<number[]> {
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from job.start_after - delivery.next_try_at)::float8 as seconds
      from pgboss.job join alert_deliveries delivery on delivery.alert_id::text = job.data ->> 'alertId'
      where delivery.alert_id = ${alertId} and job.start_after > app_now()`.execute(database())
    return rows.map(({ seconds }) => seconds)
  }

  test('when it is raised late in a transaction', async () => {
    await setAlertSettings({ gatherSeconds: 60, retrySeconds: 0 })
    const [alertId = ''] = await database()
      .transaction()
      .execute(async (trx) => {
        await sql`select pg_sleep(0.1)`.execute(trx)
        return raiseAlerts(trx, [anAlert({ level: 'low', channels: ['slack'] })])
      })
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
    expect(await jobAfterTime(alertId)).toEqual([0])
  })

  test('when it is to be tried again', async () => {
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 60 })
    const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
    providers.slack.refuse({ status: 503, body: 'unavailable' })
    await deliver(alertId, 'slack', 'webhook')
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
    expect(await jobAfterTime(alertId)).toEqual([0])
  })
})

describe('digests', () => {
  const cities = Array.from({ length: 10 }, (_, index) => `city-${index}`)
  const mild = (cityId: string) =>
    anAlert({ level: 'low', cityId, subject: `Low: 25 GA seats left in ${cityId}` })

  test('ten cities that cross a mild level are one message for each channel and target', async () => {
    const { slack, smtp, twilio, emails, phones } = providers
    const ids: string[] = []
    for (const city of cities) ids.push(...(await raise(mild(city))))
    const [urgent] = await raise(
      anAlert({ level: 'emergency', subject: 'Emergency: 2 GA seats left in Dallas' }),
    )
    await workQueue(boss, alertsWorker)
    for (const id of [...ids, urgent]) {
      expect(new Set(Object.values(await untilSettled(id)))).toEqual(new Set(['sent']))
    }
    for (const email of emails) {
      const mails = smtp.mails.filter((mail) => mail.to === email)
      expect(mails.map((mail) => mail.subject.slice(0, 15)).sort()).toEqual([
        '10 stock alerts',
        'Emergency: 2 GA',
      ])
      const digest = mails.find((mail) => mail.subject.startsWith('10'))
      for (const city of cities) expect(digest?.raw).toContain(city)
    }
    expect(slack.messages.map((message) => message.text.slice(0, 9)).sort()).toEqual([
      '10 stock ',
      'Emergency',
    ])
    expect(twilio.messages.map((message) => message.to).sort()).toEqual([
      phones[0],
      phones[0],
      phones[1],
      phones[1],
    ])
  })

  test('mild levels wait for the gathering time, the others do not', async () => {
    await setAlertSettings({ gatherSeconds: 60, retrySeconds: 0 })
    await raise(mild('city-0'), anAlert({ level: 'critical' }))
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
    const { rows } = await sql<{ level: string; wait: number }>`
      select distinct alerts.level, extract(epoch from job.start_after - job.created_on)::int as wait
      from pgboss.job join alerts on alerts.id::text = job.data ->> 'alertId' order by 2`.execute(database())
    expect(rows).toEqual([
      { level: 'critical', wait: 0 },
      { level: 'low', wait: 60 },
    ])
  })

  test('a digest that was refused is tried again as one, and a later alert does not slip into it', async () => {
    const { slack } = providers
    slack.refuse({ status: 503, body: 'unavailable' })
    const first = await raise(
      ...cities.slice(0, 2).map((city) => ({ ...mild(city), channels: ['slack' as const] })),
    )
    await deliver(first[0] ?? '', 'slack', 'webhook')
    const [later = ''] = await raise({ ...mild('city-2'), channels: ['slack'] })
    await deliver(first[1] ?? '', 'slack', 'webhook')
    await deliver(later, 'slack', 'webhook')
    expect(slack.messages.map((message) => message.text)).toEqual([
      '2 stock alerts: Low: 25 GA seats left in city-0; Low: 25 GA seats left in city-1',
      'Low: 25 GA seats left in city-2',
    ])
  })
})

test('an alert with nowhere to go is skipped on each channel, and its job goes to the log', async () => {
  const none = { slack: [], email: [], sms: [] }
  const [alertId] = await database()
    .transaction()
    .execute((trx) => raiseAlerts(trx, [anAlert()], none))
  expect((await deliveries(alertId)).map(({ channel, target, state }) => [channel, target, state])).toEqual([
    ['email', '', 'skipped'],
    ['slack', '', 'skipped'],
    ['sms', '', 'skipped'],
  ])
  const { rows } = await sql`select data from pgboss.job`.execute(database())
  expect(rows).toEqual([{ data: { alertId, channel: 'log', target: '' } }])
  await workQueue(boss, alertsWorker)
  await until(async () => {
    const left = await sql`select from pgboss.job where state <> 'completed'`.execute(database())
    return left.rows.length === 0
  })
})

test('a channel that was switched off meanwhile skips its deliveries', async () => {
  const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
  const off = { slack: undefined, email: undefined, sms: undefined }
  await deliverAlert(database(), off, 'https://x', { alertId, channel: 'slack', target: 'webhook' })
  expect(await statesOf(alertId)).toEqual({ webhook: 'skipped' })
})
