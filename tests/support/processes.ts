import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { readProcfile } from '@/bin/launch/procfile'
import { root } from '@/bin/root'
import { testEnvironment } from './test-environment'

/** A process of the production build, ready to be used. */
export interface RunningProcess {
  pid: number
  /** What it has written so far, both streams. */
  output: () => string
  /** Its JSON log lines so far. */
  logLines: () => Record<string, unknown>[]
  isRunning: () => boolean
  /** SIGTERM, and waits for the end. @returns the exit code; null when a signal ended it */
  stop: () => Promise<number | null>
  /** `kill -9`, and waits for the end. */
  kill: () => Promise<void>
}

export interface RunningWeb extends RunningProcess {
  /** Such as `http://127.0.0.1:41234`. */
  origin: string
}

/** Variables on top of a sound test environment; DATABASE_URL is needed. */
export type ProcessEnvironment = { DATABASE_URL: string } & Record<string, string>

/**
 * Starts `build/web.js` and waits until `/readyz` says yes.
 *
 * @param env PORT: default 0, a free one
 * @param script another web process than the product's, run with the same arguments
 */
export async function startWeb(env: ProcessEnvironment, script?: string): Promise<RunningWeb> {
  const started = await start('web', { PORT: '0', ...env }, script)
  const origin = `http://127.0.0.1:${started.port}`
  try {
    await untilReady(`${origin}/readyz`, started.running)
  } catch (error) {
    // Or it would keep the port from the next try.
    await started.running.kill()
    throw error
  }
  return { ...started.running, origin }
}

/** Starts `build/worker.js` and waits until it says that it takes jobs. */
export async function startWorker(env: ProcessEnvironment): Promise<RunningProcess> {
  return (await start('worker', env)).running
}

/** Kills, in the end, whatever a test file started and did not stop. */
export async function stopAllProcesses(): Promise<void> {
  await Promise.all([...alive].map((child) => (child.kill('SIGKILL'), once(child, 'exit'))))
}

const alive = new Set<ChildProcess>()
process.on('exit', () => alive.forEach((child) => child.kill('SIGKILL')))

async function start(
  name: 'web' | 'worker',
  env: Record<string, string>,
  script?: string,
): Promise<{ running: RunningProcess; port: number | undefined }> {
  const [, ...args] = (await readProcfile()).get(name) ?? []
  const command = script === undefined ? args : [...args.slice(0, -1), script]
  const child = spawn(process.execPath, [`--import=${followParent}`, ...command], {
    cwd: root,
    // A group of its own, so that Ctrl-C at the test runner cannot end it in the middle of a test.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TZ: process.env.TZ,
      ...testEnvironment,
      LOG_LEVEL: 'info',
      ...env,
      NODE_ENV: 'production',
    },
  })
  alive.add(child)
  child.once('exit', () => alive.delete(child))
  const running = describe(child)
  return { running, port: await readyPort(name, child, running) }
}

const followParent = pathToFileURL(`${root}/bin/follow-parent.mjs`).href

function describe(child: ChildProcess): RunningProcess {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const ended = once(child, 'close')
  return {
    pid: child.pid ?? -1,
    output: () => output,
    logLines: () => output.split('\n').flatMap(parseLine),
    isRunning,
    stop: async () => {
      if (isRunning()) child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function parseLine(line: string): Record<string, unknown>[] {
  return line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []
}

/** Both processes send `{ type: 'ready', port? }` to a parent that opened a channel. */
async function readyPort(
  name: string,
  child: ChildProcess,
  running: RunningProcess,
): Promise<number | undefined> {
  const outcome = await Promise.race([
    once(child, 'message') as Promise<[{ type: 'ready'; port?: number }]>,
    // When its streams are closed too, so that its last words are in the message.
    once(child, 'close').then(() => 'exited' as const),
    delay(30_000, 'late' as const, { ref: false }),
  ])
  if (typeof outcome !== 'string') return outcome[0].port
  child.kill('SIGKILL')
  throw new Error(`${name} is not ready (${outcome}):\n${running.output()}`)
}

async function untilReady(url: string, running: RunningProcess): Promise<void> {
  const deadline = Date.now() + 30_000
  while (running.isRunning() && Date.now() < deadline) {
    const response = await fetch(url)
    await response.body?.cancel()
    if (response.ok) return
    await delay(50)
  }
  throw new Error(`${url} does not answer 200:\n${running.output()}`)
}
