import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { startWeb, stopAllProcesses } from '@/tests/support/processes'
import { startTcpRelay } from '@/tests/support/tcp-relay'

let testDatabase: TestDatabase

beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(async () => {
  await stopAllProcesses()
  await testDatabase.drop()
})

it('told to stop while PostgreSQL says nothing more, web ends by itself and says so', async () => {
  const relay = await startTcpRelay(testDatabase.appUrl)
  const web = await startWeb({ DATABASE_URL: relay.url })
  relay.silence()
  expect(await web.stop()).toBe(1)
  expect(web.logLines().filter(({ level }) => level === 'error')).toMatchObject([
    { code: 'stop_took_too_long' },
  ])
  await relay.close()
})

it('an echo of the signal changes nothing; a second one ends web at once', async () => {
  const relay = await startTcpRelay(testDatabase.appUrl)
  const web = await startWeb({ DATABASE_URL: relay.url })
  relay.silence()
  process.kill(web.pid, 'SIGTERM')
  process.kill(web.pid, 'SIGINT')
  // Its pool does not close for seconds more, so web is still there when the second signal comes.
  await delay(3_000)
  expect(web.isRunning()).toBe(true)
  expect(await web.stop()).toBe(1)
  expect(web.output()).not.toContain('stop_took_too_long')
  await relay.close()
})

it('a port that somebody else has is told of in one line', async () => {
  const env = { DATABASE_URL: testDatabase.appUrl }
  const first = await startWeb(env)
  const second = startWeb({ ...env, PORT: new URL(first.origin).port })
  await expect(second).rejects.toThrow(
    /^web is not ready.*\n\{[^\n]*"cannot_listen"[^\n]*EADDRINUSE[^\n]*\}\n$/,
  )
  await first.stop()
})
