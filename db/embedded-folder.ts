import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from './embedded-binaries'
import { freePort, isPortFree } from './embedded-port'
import { type EmbeddedRole, roleNames } from './embedded-roles'
import type { ServerUser } from './embedded-user'
import { exists } from './exists'
import { readKeptJson, writeKept } from './kept-file'

/** The passwords of a cluster's folder, made up the first time. */
export async function readPasswords(folder: string): Promise<Record<EmbeddedRole, string>> {
  const file = join(folder, 'passwords.json')
  const kept = await readKeptJson(file)
  if (kept !== undefined) return kept as Record<EmbeddedRole, string>
  const passwords = { superuser: newPassword(), owner: newPassword(), app: newPassword() }
  await writeKept(file, JSON.stringify(passwords, null, 2), 0o600)
  return passwords
}

/** The port of the last time; undefined when no server was ever started in the folder. */
export async function rememberedPort(folder: string): Promise<number | undefined> {
  const port = Number(await readFile(join(folder, 'port'), 'utf8').catch(() => ''))
  return port > 0 ? port : undefined
}

/** The port of the last time if it is free, else another. */
export async function choosePort(folder: string): Promise<number> {
  const remembered = await rememberedPort(folder)
  return remembered !== undefined && (await isPortFree(remembered)) ? remembered : freePort()
}

/** For the next start: addresses that point here stay right. */
export async function rememberPort(folder: string, port: number): Promise<void> {
  await writeKept(join(folder, 'port'), `${port}\n`)
}

/** Opens the server's log, which only its owner reads; one that has grown beyond 10 MB begins anew. */
export async function openLog(folder: string): Promise<string> {
  const logFile = join(folder, 'postgres.log')
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0
  if (size > 10_000_000) await truncate(logFile)
  await writeFile(logFile, '', { flag: 'a' })
  await chmod(logFile, 0o600)
  return logFile
}

/** The end of the log, to say why a server did not start. */
export async function endOfLog(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-12).join('\n')
}

/** The process id of the server that has started on these data. */
export async function readPid(dataFolder: string): Promise<number> {
  return Number((await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n')[0])
}

/** Where the server keeps its data. */
export function dataFolderOf(folder: string): string {
  return join(folder, 'data')
}

export interface ClusterOptions {
  binaries: Binaries
  user: ServerUser | undefined
  /** The superuser's. */
  password: string
  onProgress: (message: string) => void
}

/**
 * Makes the cluster with initdb where there is none.
 *
 * @throws Error when the data are of another major version than the binaries
 */
export async function prepareCluster(folder: string, options: ClusterOptions): Promise<void> {
  const dataFolder = dataFolderOf(folder)
  if (!(await exists(dataFolder))) {
    options.onProgress('Creating the PostgreSQL cluster')
    await createCluster(folder, options)
  }
  await assertSameMajor(dataFolder, options.binaries.version)
}

async function createCluster(folder: string, { binaries, user, password }: ClusterOptions): Promise<void> {
  const dataFolder = dataFolderOf(folder)
  // Made beside its place and then renamed, so that an interrupted start leaves no half cluster behind.
  const unfinished = `${dataFolder}.unfinished`
  const passwordFile = join(folder, 'initdb-password')
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  try {
    if (user) for (const path of [unfinished, passwordFile]) await chown(path, user.uid, user.gid)
    await run(
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${roleNames.superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The server's own collation: the same order of text on every machine.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      user,
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(unfinished, dataFolder)
}

async function assertSameMajor(dataFolder: string, version: string): Promise<void> {
  const cluster = (await readFile(join(dataFolder, 'PG_VERSION'), 'utf8')).trim()
  const major = version.split('.')[0]
  if (cluster === major) return
  throw new Error(
    `${dataFolder} was written by PostgreSQL ${cluster}, and this release carries ${major}. ` +
      'Move the data with pg_dump, or set DATA_DIR to a new folder.',
  )
}

async function run(command: string, args: string[], user: ServerUser | undefined): Promise<void> {
  const child = spawn(command, args, { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`PostgreSQL's initdb failed: ${errors.trim()}`)
}

function newPassword(): string {
  return randomBytes(24).toString('base64url')
}
