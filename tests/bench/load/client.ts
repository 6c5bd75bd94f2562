import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadPlan, LoadResult } from './plan'

/** Sends requests from a process of its own, so that the sender's work slows nobody who is measured here. */
export interface LoadClient {
  /** @throws when any answer was not 2xx: such a figure would be of something else */
  run: (plan: LoadPlan) => Promise<LoadResult>
  stop: () => Promise<void>
}

export function startLoadClient(): LoadClient {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), {
    execArgv: ['--import=tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  return {
    async run(plan) {
      child.send(plan)
      const [answer] = (await Promise.race([
        once(child, 'message'),
        exited.then(() => [{ error: 'The load client has ended' }]),
      ])) as [{ result: LoadResult } | { error: string }]
      if ('error' in answer) throw new Error(answer.error)
      const { result } = answer
      if (result.refused.length > 0) {
        const statuses = [...new Set(result.refused)].join(', ')
        throw new Error(`${result.refused.length} answers of ${plan.origin} were ${statuses}`)
      }
      return result
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
