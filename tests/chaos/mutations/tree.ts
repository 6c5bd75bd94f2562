import { chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { root } from '@/bin/root'
import type { Mutation } from './mutation'

/** A copy of the repository to break; the repository itself is never touched. */
export interface Tree {
  folder: string
  /** Breaks the copy. @throws Error when the code is no longer as the mutation knows it */
  apply: (mutation: Mutation) => Promise<void>
  /** As it was before. */
  restore: () => Promise<void>
  remove: () => Promise<void>
}

export async function copyTree(): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), '6fb-mutations-'))
  // Root's PostgreSQL is another user, who has to pass through.
  await chmod(folder, 0o755)
  await cp(root, folder, { recursive: true, filter: isSource })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const originals = new Map<string, string>()
  const edit = async ({ file, from, to }: Mutation['edits'][number]) => {
    const path = join(folder, file)
    const text = await readFile(path, 'utf8')
    const places = text.split(from).length - 1
    if (places !== 1) throw new Error(`${file} has ${places} places like:\n${from}`)
    if (!originals.has(path)) originals.set(path, text)
    await writeFile(
      path,
      text.replace(from, () => to),
    )
  }
  const restore = async () => {
    for (const [path, text] of originals) await writeFile(path, text)
    originals.clear()
  }
  return {
    folder,
    restore,
    apply: async ({ edits }) => {
      for (const one of edits) await edit(one)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

const sourceFolders = ['app', 'bin', 'db', 'lib', 'tests', 'worker']

function isSource(path: string): boolean {
  const [top = '', ...rest] = relative(root, path).split(sep)
  return rest.length === 0 ? top === '' || top.includes('.') || sourceFolders.includes(top) : true
}
