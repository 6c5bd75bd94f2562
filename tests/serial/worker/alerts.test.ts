import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeDatabase, database } from '@/lib/database'
import type { NewAlert } from '@/lib/alerts/alert'
import { raiseAlerts } from '@/lib/alerts/raise'
import { stopQueueSender } from '@/lib/queues/send'
import { type AlertStandIns, startAlertStandIns } from '@/tests/support/alert-stand-ins'
import { type Cluster, startCluster } from '@/tests/support/cluster'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { type RunningProcess, startWorker, stopAllProcesses } from '@/tests/support/processes'
import { until } from '@/tests/support/until'

let cluster: Cluster
let testDatabase: TestDatabase
let providers: AlertStandIns

beforeAll(async () => {
  cluster = await startCluster('full')
  testDatabase = await createTestDatabase(cluster.address)
  providers = await startAlertStandIns()
  Object.assign(process.env, providers.environment)
  await database()
    .insertInto('settings')
    .values({ key: 'alerts', value: JSON.stringify({ retrySeconds: 1 }) })
    .execute()
})
afterEach(async () => {
  await stopAllProcesses()
  providers.slack.messages.length = 0
  providers.smtp.mails.length = 0
  providers.twilio.messages.length = 0
})
afterAll(async () => {
  await stopQueueSender()
  await closeDatabase()
  await providers.stop()
  await cluster.remove()
})

/** Stripe is out of reach on purpose: nothing here is about it. */
function worker(): Promise<RunningProcess> {
  return startWorker({
    DATABASE_URL: testDatabase.appUrl,
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    ...providers.environment,
  })
}

async function raise(channels: NewAlert['channels']): Promise<string> {
  const alert: NewAlert = {
    kind: 'threshold',
    level: 'critical',
    cityId: 'dallas-jan-2026',
    subject: 'Critical: 5 GA seats left in Dallas',
    body: '30 of 35 GA seats are sold, 5 left.',
    ...(channels ? { channels } : {}),
  }
  const [alertId = ''] = await database()
    .transaction()
    .execute((trx) => raiseAlerts(trx, [alert]))
  return alertId
}

async function statesOf(alertId: string): Promise<string[]> {
  const rows = await database()
    .selectFrom('alert_deliveries')
    .where('alert_id', '=', alertId)
    .orderBy('target')
    .select('state')
    .execute()
  return rows.map((row) => row.state)
}

function untilAllSent(alertId: string, timeoutMs: number): Promise<boolean> {
  return until(async () => (await statesOf(alertId)).every((state) => state === 'sent'), timeoutMs)
}

/** Every target named in a log line would be a leak. */
function expectNoPersonalData(process: RunningProcess): void {
  const secrets = [...providers.emails, ...providers.phones, providers.twilio.authToken, 'services/T000']
  for (const secret of secrets) expect(process.output()).not.toContain(secret)
}

test('killed during two text messages: the one that went out is found, the other one sent, within a minute', async () => {
  const { twilio, phones } = providers
  twilio.answer(phones[0], 'accept_then_hang')
  twilio.answer(phones[1], 'hang')
  const first = await worker()
  const alertId = await raise(['sms'])
  await until(() => twilio.messages.length === 1)
  await until(async () => (await statesOf(alertId)).every((state) => state === 'sending'))
  await first.kill()

  const second = await worker()
  await untilAllSent(alertId, 60_000)
  expect(twilio.messages.map((message) => message.to)).toEqual([phones[0], phones[1]])
  expect(twilio.lookups()).toBeGreaterThanOrEqual(2)
  expect(await second.stop()).toBe(0)
  expectNoPersonalData(second)
})

test('restarted between deliveries: every target gets the alert once', async () => {
  const { slack, smtp, twilio, emails, phones } = providers
  smtp.refuse(emails[2], 451)
  twilio.answer(phones[1], 500, 500)
  const first = await worker()
  const alertId = await raise(['slack', 'email', 'sms'])
  await until(async () => (await statesOf(alertId)).filter((state) => state === 'sent').length >= 4)
  expect(await first.stop()).toBe(0)

  const second = await worker()
  await untilAllSent(alertId, 60_000)
  expect(smtp.mails.map((mail) => mail.to).sort()).toEqual([...emails].sort())
  expect(slack.messages).toHaveLength(1)
  expect(twilio.messages.map((message) => message.to).sort()).toEqual([...phones])
  expect(await second.stop()).toBe(0)
  expectNoPersonalData(first)
  expectNoPersonalData(second)
})

test('told to stop during a call, the worker ends the call and notes its outcome first', async () => {
  const { twilio, phones } = providers
  twilio.answer(phones[0], 'hang')
  const running = await worker()
  const alertId = await raise(['sms'])
  await until(async () => {
    const states = await statesOf(alertId)
    return states.includes('sending') && states.includes('sent')
  })
  expect(await running.stop()).toBe(0)
  expect((await statesOf(alertId)).sort()).toEqual(['sent', 'unknown'])
})

test('PostgreSQL restarts and crashes, with an alert on its way: the worker lives on and delivers', async () => {
  const running = await worker()
  for (const disturb of [cluster.restart, crash, cluster.restart]) {
    const before = await raise(['slack'])
    await disturb()
    const after = await until(() => raise(['slack']).catch(() => undefined))
    // At worst the heartbeat has to be missed first.
    await untilAllSent(before, 60_000)
    await untilAllSent(after, 60_000)
  }
  expect(running.isRunning()).toBe(true)
  expect(await running.stop()).toBe(0)
})

async function crash(): Promise<void> {
  await cluster.crash()
  await cluster.start()
}
