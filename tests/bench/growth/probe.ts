import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { nodeOptionsOf } from '@/bin/launch/procfile'
import type { MeasureName } from './measures'

/** A process that has one of several databases open, which a process can do but once. */
export interface Probe {
  /** @returns milliseconds */
  measure: (name: MeasureName) => Promise<number>
  stop: () => Promise<void>
}

/** What a probe's process answers: first that its cities are open, then a figure for each measure asked for. */
export type ProbeAnswer = { ms: number } | { error: string }

/** Starts a process on a database, which begins by opening so many cities. */
export async function startProbe(databaseUrl: string, cities: number): Promise<Probe> {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), [`${cities}`], {
    execArgv: [...(await nodeOptionsOf('worker')), '--import=tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, DATABASE_URL: databaseUrl },
  })
  const exited = once(child, 'exit')
  const answer = async () => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => [{ error: 'A probe has ended' }]),
    ])) as [ProbeAnswer]
    if ('error' in message) throw new Error(message.error)
    return message.ms
  }
  await answer()
  return {
    measure(name) {
      child.send(name)
      return answer()
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
