import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../root'

/** The Procfile's commands by process name, each split into program and arguments. No shell runs them. */
export async function readProcfile(): Promise<Map<string, string[]>> {
  const lines = (await readFile(join(root, 'Procfile'), 'utf8')).split('\n')
  return new Map(
    lines.flatMap((line) => {
      const match = /^([\w-]+):\s*(\S.*)$/.exec(line.trim())
      const [, name, command] = match ?? []
      return name && command ? [[name, command.split(/\s+/)] as const] : []
    }),
  )
}

/** What a process of the Procfile tells Node.js, such as how its heap may grow. */
export async function nodeOptionsOf(name: string): Promise<string[]> {
  return ((await readProcfile()).get(name) ?? []).filter((word) => word.startsWith('--'))
}
