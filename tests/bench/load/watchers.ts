import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Opens as many event streams, each with its first numbers shown. @returns closes them */
export async function openWatchers(url: string, count: number): Promise<() => Promise<void>> {
  const child = fork(fileURLToPath(new URL('./watch.ts', import.meta.url)), [url, `${count}`], {
    execArgv: ['--import=tsx'],
  })
  const exited = once(child, 'exit')
  const [answer] = (await Promise.race([
    once(child, 'message'),
    exited.then(() => [{ error: 'The watchers have ended' }]),
  ])) as [{ result: 'open' } | { error: string }]
  if ('error' in answer) throw new Error(answer.error)
  return async () => {
    child.disconnect()
    await exited
  }
}
