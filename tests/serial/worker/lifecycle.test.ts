import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { root } from '@/bin/root'
import { raiseAlerts } from '@/lib/alerts/raise'
import { closeDatabase, database } from '@/lib/database'
import { stopQueueSender } from '@/lib/queues/send'
import { type Cluster, startCluster } from '@/tests/support/cluster'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { startTcpRelay } from '@/tests/support/tcp-relay'
import { testEnvironment } from '@/tests/support/test-environment'
import { startTwilioStandIn, type TwilioStandIn } from '@/tests/support/twilio-stand-in'
import { until } from '@/tests/support/until'

let cluster: Cluster
let testDatabase: TestDatabase
let twilio: TwilioStandIn
let environment: Record<string, string>

beforeAll(async () => {
  cluster = await startCluster('full')
  testDatabase = await createTestDatabase(cluster.address)
  twilio = await startTwilioStandIn()
  environment = {
    TEAM_ALERT_PHONE: '+12145550101',
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: '+12145550199',
    TWILIO_API_BASE: twilio.apiBase,
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    DATABASE_URL: testDatabase.appUrl,
  }
  Object.assign(process.env, environment)
})
afterEach(() => {
  for (const child of alive) child.kill('SIGKILL')
})
afterAll(async () => {
  await stopQueueSender()
  await closeDatabase()
  await twilio.stop()
  await cluster.remove()
})

const alive = new Set<ChildProcess>()

/** A worker that nobody waits for yet. */
function spawnWorker(databaseUrl = testDatabase.appUrl) {
  const child = spawn(process.execPath, ['build/worker.js'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      ...testEnvironment,
      LOG_LEVEL: 'info',
      ...environment,
      DATABASE_URL: databaseUrl,
      NODE_ENV: 'production',
    },
  })
  alive.add(child)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  // When its streams are closed too, so that its last words are in the output.
  const ended = once(child, 'close').then(([code]: unknown[]) => (alive.delete(child), code as number | null))
  const says = (words: string) =>
    until(() => {
      if (child.exitCode !== null) throw new Error(`The worker has ended with ${child.exitCode}:\n${output}`)
      return output.includes(words)
    }, 30_000)
  return { child, ended, says, output: () => output }
}

test('started before PostgreSQL, the worker waits for it', async () => {
  await cluster.stop()
  const worker = spawnWorker()
  await worker.says('will try again')
  await cluster.start()
  await worker.says('worker ready')
  worker.child.kill('SIGTERM')
  expect(await worker.ended).toBe(0)
})

test('told to stop while it waits for PostgreSQL, the worker ends', async () => {
  await cluster.stop()
  const worker = spawnWorker()
  await worker.says('will try again')
  worker.child.kill('SIGTERM')
  expect(await worker.ended).toBe(0)
  await cluster.start()
})

test('told to stop while PostgreSQL says nothing more, the worker ends before a host would kill it', async () => {
  const relay = await startTcpRelay(testDatabase.appUrl)
  const worker = spawnWorker(relay.url)
  await worker.says('worker ready')
  relay.silence()
  worker.child.kill('SIGTERM')
  expect(await Promise.race([worker.ended, delay(29_000, 'still running')])).toBe(1)
  expect(worker.output()).toContain('"code":"stop_took_too_long"')
  await relay.close()
})

test('an echo of the signal changes nothing; a second one ends the worker at once', async () => {
  twilio.answer('+12145550101', 'hang')
  const worker = spawnWorker()
  await worker.says('worker ready')
  await database()
    .transaction()
    .execute((trx) =>
      raiseAlerts(trx, [{ kind: 'test', subject: 'A test', body: 'Of SMS.', channels: ['sms'] }]),
    )
  await until(async () => {
    const rows = await database().selectFrom('alert_deliveries').select('state').execute()
    return rows.some((row) => row.state === 'sending')
  })
  worker.child.kill('SIGTERM')
  worker.child.kill('SIGINT')
  const running = 'still running'
  // The call in hand hangs for seconds more, so the worker is still there when the second signal comes.
  expect(await Promise.race([worker.ended, delay(3_000, running)])).toBe(running)
  worker.child.kill('SIGTERM')
  expect(await worker.ended).toBe(1)
})
