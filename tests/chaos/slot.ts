import { setTimeout as delay } from 'node:timers/promises'
import type { RunningProcess } from '../support/processes'

/** A place for one process, which is killed and started again. */
export interface Slot<P extends RunningProcess = RunningProcess> {
  name: string
  /** The one that runs there now, or the last one that did. */
  current: () => P
  /** kill -9, and a new process after a while. @returns false when there was none to kill */
  kill: (downMs: number) => Promise<boolean>
  /** SIGTERM, and a new process after a while. @returns false when there was none to stop */
  stop: (downMs: number) => Promise<boolean>
  /** SIGSTOP, and SIGCONT after a while, as a host does that hangs, or moves the process elsewhere. */
  suspend: (wait: () => Promise<void>) => Promise<void>
  /** Waits until there is a process. */
  whenUp: () => Promise<void>
  /** What processes wrote that ended without being told to. */
  deaths: string[]
  /** What its processes have written so far, one after the other. */
  output: () => string
}

const startTries = 5

export function slotOf<P extends RunningProcess>(name: string, first: P, start: () => Promise<P>): Slot<P> {
  let current = first
  let replacing: Promise<unknown> | null = null
  const deaths: string[] = []
  const ended: string[] = []

  const startAgain = async () => {
    for (let tries = 1; ; tries++) {
      try {
        const next = await start()
        ended.push(current.output())
        current = next
        return
      } catch (error) {
        if (tries === startTries) throw error
        await delay(500)
      }
    }
  }
  const noteDeath = () => {
    if (!current.isRunning()) deaths.push(`${name} ended by itself:\n${current.output().slice(-3_000)}`)
  }
  const replace = async (end: () => Promise<unknown>, downMs: number): Promise<boolean> => {
    if (replacing) return false
    noteDeath()
    const work = (async () => {
      await end()
      await delay(downMs)
      await startAgain()
    })()
    replacing = work
    try {
      await work
    } finally {
      replacing = null
    }
    return true
  }
  return {
    name,
    deaths,
    current: () => current,
    output: () => [...ended, current.output()].join(`--- another ${name}\n`),
    kill: (downMs) => replace(() => current.kill(), downMs),
    stop: (downMs) => replace(() => current.stop(), downMs),
    suspend: async (wait) => {
      const suspended = current
      if (replacing || !suspended.isRunning()) return
      process.kill(suspended.pid, 'SIGSTOP')
      await wait()
      // It may have been killed meanwhile.
      if (suspended.isRunning()) process.kill(suspended.pid, 'SIGCONT')
    },
    whenUp: async () => {
      await replacing
      if (current.isRunning()) return
      noteDeath()
      await startAgain()
    },
  }
}
