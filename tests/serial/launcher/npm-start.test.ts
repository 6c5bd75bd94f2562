import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freePort } from '@/db/embedded-port'
import { endAllStarts, npmStart } from '@/tests/support/npm-start'
import { connectStripeStandIn } from '@/tests/support/stripe-stand-in'
import { processTree, stillRunning, type ProcessEntry } from '@/tests/support/process-tree'

/** The tests of this file follow one another on the same data, like the days of one installation. */

let env: { DATA_DIR: string; PORT: string }

beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), '6fb-launcher-'))
  env = { DATA_DIR: join(home, 'data'), PORT: String(await freePort()) }
})

afterEach(endAllStarts)

afterAll(async () => {
  await rm(join(env.DATA_DIR, '..'), { recursive: true, force: true })
})

test('the first start makes what is missing, and Ctrl-C ends all of it', async () => {
  const start = npmStart(env)
  await start.says('Ctrl-C ends everything')
  expect(start.output()).toContain(`http://localhost:${env.PORT}`)
  expect(start.output()).toContain('stand-in')
  expect(start.output()).toMatch(/owner@example\.com \/ \S+ \(shown this once\)/)
  expect(await get('/healthz')).toBe(200)
  expect(await get('/readyz')).toBe(200)
  expect((await stat(join(env.DATA_DIR, 'secrets.json'))).mode & 0o777).toBe(0o600)

  const processes = await processTree(start.pid)
  for (const name of ['postgres', 'build/web.js', 'build/worker.js', 'stripe-stand-in']) {
    expect(commands(processes)).toContain(name)
  }
  start.interrupt()
  expect(await start.ended()).toBe(0)
  expect(await stillRunning(processes)).toEqual([])
  expect(await readdir(env.DATA_DIR)).not.toContain('launcher.json')
})

test('a second start on the same data is refused while one runs; a killed child is replaced', async () => {
  const start = npmStart(env)
  await start.says('Ctrl-C ends everything')
  const second = npmStart({ ...env, PORT: String(await freePort()) })
  expect(await second.ended()).toBe(1)
  expect(second.output()).toContain('Another npm start is running')
  expect(start.output()).toContain(`http://localhost:${env.PORT}/admin`)
  expect(start.output()).not.toContain('shown this once')

  const processes = await processTree(start.pid)
  for (const name of ['build/web.js', 'build/worker.js']) process.kill(pidOf(processes, name), 'SIGKILL')
  await start.says('web ended (SIGKILL)')
  await start.says('worker ended (SIGKILL)')
  await becomes(() => get('/readyz').catch(() => 0), 200)

  start.signal('SIGTERM')
  expect(await start.ended()).toBe(0)
  expect(await stillRunning(processes)).toEqual([])
})

test('after kill -9 of npm, of the launcher, or of PostgreSQL’s owner too, the rest follows, and the next start works', async () => {
  let start = npmStart(env)
  await start.says('Ctrl-C ends everything')
  for (const killed of [['npm'], ['launch.ts'], ['embedded-guardian', 'launch.ts']]) {
    const processes = await processTree(start.pid)
    for (const name of killed) process.kill(name === 'npm' ? start.pid : pidOf(processes, name), 'SIGKILL')

    const next = npmStart(env)
    if (killed.includes('embedded-guardian')) await next.says('an earlier run left behind')
    await next.says('Ctrl-C ends everything')
    // The orphans end by themselves, after the work in hand; the next start does not wait for them.
    await becomes(async () => commands(await stillRunning(processes)), '')
    expect(await get('/readyz')).toBe(200)
    start = next
  }
  start.interrupt()
  expect(await start.ended()).toBe(0)
})

test('with another address than 127.0.0.1 it is found there, by the stand-in too', async () => {
  // Loopback, and still not where the web process listens by default. macOS has but one IPv4 address of this kind.
  const LISTEN_HOST = process.platform === 'darwin' ? '::1' : '127.0.0.2'
  const start = npmStart({ ...env, LISTEN_HOST })
  await start.says('Ctrl-C ends everything')
  const [, customers = ''] = /Customers +(http:\S+)/.exec(start.output()) ?? []
  expect((await fetch(customers)).status).toBe(200)
  expect(start.output()).not.toContain('not ready')
  const [, standIn = ''] = /stand-in at (http:[^;]+);/.exec(start.output()) ?? []
  const stripe = connectStripeStandIn(standIn)
  const { id } = await stripe.emitEvent('customer.created', {})
  await stripe.whenIdle()
  const attempts = (await stripe.deliveries()).filter(({ eventId }) => eventId === id)
  expect(attempts).toMatchObject([{ status: 200 }])
  start.interrupt()
  expect(await start.ended()).toBe(0)
})

test('a port that somebody else has is refused in words', async () => {
  const other = createServer().listen(Number(env.PORT), '127.0.0.1')
  await once(other, 'listening')
  const start = npmStart(env)
  expect(await start.ended()).toBe(1)
  expect(start.output()).toContain(`PORT: ${env.PORT} is taken`)
  other.close()
})

test('a wrong environment is refused before anything starts', async () => {
  const start = npmStart({ ...env, LOG_LEVEL: 'loud', NODE_ENV: 'production' })
  expect(await start.ended()).toBe(78)
  const complaint = start
    .output()
    .split('\n')
    .filter((line) => line.startsWith('Configuration:'))
  expect(complaint).toHaveLength(1)
  for (const name of [
    'LOG_LEVEL',
    'DATABASE_URL',
    'SESSION_SECRET',
    'STRIPE_SECRET_KEY',
    'STRIPE_WEBHOOK_SECRET',
  ]) {
    expect(complaint[0]).toContain(name)
  }
})

async function get(path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${env.PORT}${path}`)
  await response.body?.cancel()
  return response.status
}

async function becomes<Value>(read: () => Promise<Value>, wanted: Value): Promise<void> {
  const deadline = Date.now() + 35_000
  for (let value = await read(); value !== wanted; value = await read()) {
    if (Date.now() > deadline) throw new Error(`Stayed ${String(value)} and did not become ${String(wanted)}`)
    await delay(100)
  }
}

function commands(processes: ProcessEntry[]): string {
  return processes.map(({ command }) => command).join('\n')
}

function pidOf(processes: ProcessEntry[], name: string): number {
  const found = processes.find(({ command }) => command.includes(name))
  if (!found) throw new Error(`No process ${name} in:\n${commands(processes)}`)
  return found.pid
}
