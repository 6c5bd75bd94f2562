import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeDatabase, database } from '@/lib/database'
import { createTestDatabase, type TestDatabase } from '@/tests/support/database'
import { startWeb, stopAllProcesses } from '@/tests/support/processes'
import { startTcpRelay } from '@/tests/support/tcp-relay'
import { until } from '@/tests/support/until'

let testDatabase: TestDatabase

beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(async () => {
  await stopAllProcesses()
  await closeDatabase()
  await testDatabase.drop()
})

/** Once web listens for changes, PostgreSQL says nothing more: the end of that connection is waited for in vain. */
async function startSilencedWeb() {
  const relay = await startTcpRelay(testDatabase.appUrl)
  const web = await startWeb({ DATABASE_URL: relay.url })
  await until(async () => {
    const { rows } = await sql`select from pg_stat_activity where datname = current_database()
      and application_name = '6fb-listen' and state = 'idle' and query like 'listen%'`.execute(database())
    return rows.length > 0
  })
  relay.silence()
  return { relay, web }
}

it('told to stop while PostgreSQL says nothing more, web ends by itself and says so', async () => {
  const { relay, web } = await startSilencedWeb()
  expect(await web.stop()).toBe(1)
  expect(web.logLines().filter(({ level }) => level === 'error')).toMatchObject([
    { code: 'stop_took_too_long' },
  ])
  await relay.close()
})

it('an echo of the signal changes nothing; a second one ends web at once', async () => {
  const { relay, web } = await startSilencedWeb()
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

it.each(['/', '/api/inventory'])(
  'told to stop in a rush, web answers all that reaches it on open connections: %s',
  async (path) => {
    const web = await startWeb({ DATABASE_URL: testDatabase.appUrl })
    const visitors = startKeptVisitors(web.origin + path)
    await delay(1_500)
    const start = performance.now()
    expect(await web.stop()).toBe(0)
    // Not by being cut off.
    expect(performance.now() - start).toBeLessThan(9_000)
    const answers = await visitors.untilRefused
    expect(answers.length).toBeGreaterThan(20)
    expect(answers.filter((answer) => answer !== '200, whole')).toEqual([])
  },
)

/** As a proxy has them: connections that are kept and used again, until no new one is taken. */
function startKeptVisitors(url: string) {
  const agent = new Agent({ keepAlive: true })
  const answers: string[] = []
  const visitor = async () => {
    for (;;) {
      const answer = await look(url, agent)
      if (answer === null) return
      answers.push(answer)
      await delay(5)
    }
  }
  const visitors = Promise.all(Array.from({ length: 16 }, visitor))
  return {
    untilRefused: visitors.then(() => {
      agent.destroy()
      return answers
    }),
  }
}

/** @returns null where it took a new connection, and nobody was there to take it */
function look(url: string, agent: Agent): Promise<string | null> {
  return new Promise((resolve) => {
    const onError = ({ message }: Error) => resolve(sent.reusedSocket ? message : null)
    const onAnswer = (answer: IncomingMessage) => {
      answer.resume()
      answer.on('error', onError)
      answer.on('end', () => resolve(`${answer.statusCode}, whole`))
    }
    const sent = request(url, { agent }, onAnswer).on('error', onError)
    sent.end()
  })
}
