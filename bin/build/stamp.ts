import { createHash } from 'node:crypto'
import { glob, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../root'

/** Everything that the build is made of. */
const inputs = [
  '{app,lib,db,worker,tests/support/stripe-stand-in}/**/*.{ts,tsx,js,mjs,css,json,svg,png,woff2,ico,txt}',
  'public/**/*.*',
  'bin/{release.ts,build/*.ts}',
  '*.config.{js,ts}',
  '{package.json,package-lock.json,tsconfig.json}',
]

const stampFile = join(root, 'build', '.stamp')

/** Whether the build is missing, unfinished, or made of other files than those that are there now. */
export async function isBuildStale(): Promise<boolean> {
  return (await readFile(stampFile, 'utf8').catch(() => '')) !== (await digestInputs())
}

/** Until `markBuilt` the build counts as unfinished. */
export async function markUnfinished(): Promise<void> {
  await rm(stampFile, { force: true })
}

/** @param digest of the inputs as they were before the build, so that an edit made meanwhile is not missed */
export async function markBuilt(digest: string): Promise<void> {
  await writeFile(stampFile, digest)
}

export async function digestInputs(): Promise<string> {
  const files: string[] = []
  for await (const file of glob(inputs, { cwd: root })) files.push(file)
  const digest = createHash('sha256').update(process.version)
  for (const file of files.sort()) digest.update(`\0${file}\0`).update(await readFile(join(root, file)))
  return digest.digest('hex')
}
