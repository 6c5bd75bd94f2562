import { join } from 'node:path'
import { root } from '../root'
import { readProcfile } from './procfile'

/** Programs and arguments of everything that the launcher runs. */
export interface Commands {
  release: readonly string[]
  web: readonly string[]
  worker: readonly string[]
  standIn: readonly string[]
}

/** The production build: what the Procfile says. */
export async function builtCommands(): Promise<Commands> {
  const procfile = await readProcfile()
  const command = (name: string) => {
    const found = procfile.get(name)
    if (!found) throw new Error(`The Procfile has no "${name}".`)
    return found
  }
  return {
    release: command('release'),
    web: command('web'),
    worker: command('worker'),
    standIn: ['node', join(root, 'build', 'stripe-stand-in.js')],
  }
}

/** The sources, started again when they change. */
export function watchedCommands(): Commands {
  const watch = (file: string) => ['tsx', 'watch', '--clear-screen=false', file]
  return {
    release: ['tsx', 'bin/release.ts'],
    web: watch('app/dev-server.ts'),
    worker: watch('worker/main.ts'),
    standIn: ['tsx', 'tests/support/stripe-stand-in/main.ts'],
  }
}
