import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** The system user that runs the server. */
export interface ServerUser {
  uid: number
  gid: number
}

const exec = promisify(execFile)

/**
 * PostgreSQL refuses to run as root. For root this is the system user `postgres`, created if absent. For any other
 * user it is undefined: the server runs as that user.
 */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  return (await lookUp('postgres')) ?? (await create('postgres'))
}

/** Where files go that belong to `path` but must be reachable by the server's user: under /var/lib, which root can make. */
export function substituteFolder(path: string): string {
  const key = createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12)
  return join('/var/lib/6fb-workshop-inventory', key)
}

/** Whether a user may enter a folder, or run a file, by the permission bits from the root down. */
export async function canReach(path: string, user: ServerUser): Promise<boolean> {
  for (let current = resolve(path); ; current = dirname(current)) {
    const { uid, gid, mode } = await stat(current)
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0
    if (((mode >> shift) & 1) === 0) return false
    if (current === dirname(current)) return true
  }
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([exec('id', ['-u', name]), exec('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

async function create(name: string): Promise<ServerUser> {
  try {
    await exec('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', name])
    const user = await lookUp(name)
    if (user) return user
  } catch (cause) {
    throw new Error(noUser, { cause })
  }
  throw new Error(noUser)
}

const noUser =
  'PostgreSQL cannot run as root, and the system user "postgres" could not be created. ' +
  'Start as an ordinary user, or set DATABASE_URL to a server of your own.'
