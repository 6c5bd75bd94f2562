import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from '@/bin/root'

/** One `npm start`, as a person in a terminal has it. */
export interface NpmStart {
  pid: number
  output: () => string
  /** Waits until the output contains the text; fails when `npm start` ends first. */
  says: (text: string) => Promise<void>
  /** Waits for the end. @returns the exit code; null when a signal ended it */
  ended: () => Promise<number | null>
  /** Ctrl-C: the terminal sends SIGINT to every process of the group. */
  interrupt: () => void
  /** A signal to npm alone, as a service manager sends it. */
  signal: (signal: NodeJS.Signals) => void
}

/** @param env on top of an environment without any of the product's variables */
export function npmStart(env: Record<string, string>): NpmStart {
  const environment: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...env,
  }
  const child = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment as NodeJS.ProcessEnv,
  })
  started.add(child)
  // When its streams are closed too, so that its last words are in the output.
  const closed = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const pid = child.pid ?? -1
  return {
    pid,
    output: () => output,
    says: async (text) => {
      const deadline = Date.now() + 90_000
      while (!output.includes(text)) {
        if (!isRunning() || Date.now() > deadline)
          throw new Error(`npm start did not say "${text}":\n${output}`)
        await delay(50)
      }
    },
    ended: async () => {
      await closed
      return child.exitCode
    },
    interrupt: () => process.kill(-pid, 'SIGINT'),
    signal: (signal) => child.kill(signal),
  }
}

/** Ends what a test left running, and with it everything that it started. */
export async function endAllStarts(): Promise<void> {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

const started = new Set<ChildProcess>()
