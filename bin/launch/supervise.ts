import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { errorText } from '@/lib/error-text'
import { root } from '../root'
import { passOn, say, type LogStyle } from './output'

export interface ProcessOrder {
  name: string
  /** Program and arguments; `node` is the pinned one. */
  command: readonly string[]
  env: NodeJS.ProcessEnv
  logStyle: LogStyle
}

export interface Supervised {
  name: string
  /** Settles when the process ended in a way that a restart cannot mend: a wrong configuration. */
  gaveUp: Promise<void>
  /** SIGTERM, and SIGKILL for what still runs after 25 seconds. */
  stop: () => Promise<void>
  /** SIGKILL at once. */
  kill: () => void
}

const graceMs = 25_000
const stableAfterMs = 60_000
const longestPauseMs = 30_000
/** EX_CONFIG of sysexits.h; what lib/config exits with. */
const wrongConfiguration = 78

/** Keeps a process running: a dead one is started again after 1 s, doubling to 30 s while it keeps dying. */
export function supervise(order: ProcessOrder): Supervised {
  const control = new AbortController()
  let child: ChildProcess | undefined
  let giveUp: () => void = () => undefined
  const gaveUp = new Promise<void>((resolve) => (giveUp = resolve))

  const loop = async () => {
    let pause = 1_000
    while (!control.signal.aborted) {
      const startedAt = Date.now()
      child = start(order)
      const outcome = await exitOf(child)
      if (control.signal.aborted) return
      if (outcome === wrongConfiguration) return giveUp()
      if (Date.now() - startedAt > stableAfterMs) pause = 1_000
      say(`${order.name} ended (${outcome}); starting it again in ${pause / 1_000} s`)
      await sleep(pause, control.signal)
      pause = Math.min(pause * 2, longestPauseMs)
    }
  }
  const finished = loop()

  return {
    name: order.name,
    gaveUp,
    kill: () => child?.kill('SIGKILL'),
    stop: async () => {
      control.abort()
      child?.kill('SIGTERM')
      const force = setTimeout(() => child?.kill('SIGKILL'), graceMs)
      await finished
      clearTimeout(force)
    },
  }
}

/**
 * Runs a process to its end.
 *
 * @param onMessage gets what it sends over its channel
 * @returns its exit code, or the signal that ended it
 */
export async function runOnce(
  order: ProcessOrder,
  onMessage: (message: unknown) => void,
): Promise<number | NodeJS.Signals> {
  const child = start(order)
  child.on('message', onMessage)
  return exitOf(child)
}

function start(order: ProcessOrder): ChildProcess {
  const [program = 'node', ...args] = order.command
  const followParent = pathToFileURL(join(root, 'bin', 'follow-parent.mjs')).href
  const nodeOptions = [order.env.NODE_OPTIONS ?? '', `--import=${followParent}`]
  const child = spawn(program, args, {
    cwd: root,
    // A process group of its own: Ctrl-C in the terminal reaches the launcher alone, which ends things in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...order.env, NODE_OPTIONS: nodeOptions.join(' ') },
  })
  if (child.stdout) passOn(order.name, child.stdout, order.logStyle)
  if (child.stderr) passOn(order.name, child.stderr, order.logStyle)
  return child
}

async function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? signal ?? 1
  } catch (error) {
    say(errorText(error))
    return 1
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
