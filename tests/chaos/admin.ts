import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { root } from '@/bin/root'
import type { Shop } from '../support/shop'
import { testEnvironment } from '../support/test-environment'
import { adminAnswer, type AdminWork } from './admin-work'

/** An admin in a process of their own, which is killed and started again like the others. */
export interface Admin {
  /** What came of it; also when the process was killed meanwhile. */
  ask: (work: AdminWork) => Promise<string>
  /** kill -9, and a new process. */
  kill: () => Promise<void>
  end: () => Promise<void>
}

export async function startAdmin({ database, standIn }: Pick<Shop, 'database' | 'standIn'>): Promise<Admin> {
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...testEnvironment,
    NODE_ENV: 'development',
    DATABASE_URL: database.appUrl,
    STRIPE_API_BASE: standIn.url,
  }
  const start = async (): Promise<ChildProcess> => {
    const child = fork(`${root}/tests/chaos/admin-process.ts`, {
      cwd: root,
      env: environment,
      execArgv: ['--import=tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await Promise.race([once(child, 'message'), once(child, 'exit')])
    return child
  }
  let child = await start()
  let nextId = 1
  return {
    ask: (work) => ask(child, nextId++, work),
    kill: async () => {
      await end(child)
      child = await start()
    },
    end: () => end(child),
  }
}

function ask(child: ChildProcess, id: number, work: AdminWork): Promise<string> {
  return new Promise((resolve) => {
    if (!child.connected) return resolve('killed before')
    const done = (said: string) => {
      child.off('message', onMessage).off('exit', onExit)
      resolve(said)
    }
    const onExit = () => done('killed meanwhile')
    const onMessage = (message: unknown) => {
      const answer = adminAnswer.safeParse(message)
      if (answer.data?.id === id) done(answer.data.said)
    }
    child.on('message', onMessage).on('exit', onExit)
    child.send({ id, work })
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
