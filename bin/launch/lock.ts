import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { commandLineOf } from '@/db/embedded-leftover'
import { writeKept } from '@/db/kept-file'
import { errorText } from '@/lib/error-text'

export interface LaunchLock {
  /** True when the last run was killed and could not clear up; its processes may be ending just now. */
  tookOver: boolean
  /** Says that this run is ending, so that the next one waits for it. */
  markStopping: () => Promise<void>
  release: () => Promise<void>
}

interface Holder {
  pid: number
  stopping: boolean
}

/**
 * Makes the folder for data and secrets if it is absent.
 *
 * @throws Error in words that name the setting
 */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    // Root's PostgreSQL runs as another user, who has to pass through here to its own folder.
    await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  } catch (error) {
    throw new Error(`DATA_DIR: the folder ${dataDir} cannot be made: ${errorText(error)}`, { cause: error })
  }
}

/**
 * Makes sure that one `npm start` at a time uses a data folder. A holder that is ending is waited for, one
 * that was killed is forgotten.
 *
 * @returns undefined while another run goes on
 * @throws Error in words that name the setting
 */
export async function takeLock(dataDir: string): Promise<LaunchLock | undefined> {
  const file = join(dataDir, 'launcher.json')
  const self = (stopping: boolean) => JSON.stringify({ pid: process.pid, stopping } satisfies Holder)
  // A run whose terminal or npm was killed notices within a second, and may then need its time to end.
  // A file without content may be one that somebody is just writing.
  const patience = { unread: Date.now() + 1_000, running: Date.now() + 3_000, ending: Date.now() + 60_000 }
  let tookOver = false
  let marked = Promise.resolve()
  for (;;) {
    try {
      await writeFile(file, self(false), { flag: 'wx' })
      return {
        tookOver,
        // Where it cannot be written, the next run only waits for less long.
        markStopping: () => (marked = writeKept(file, self(true)).catch(() => undefined)),
        release: async () => {
          await marked
          await rm(file, { force: true })
        },
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        // A full disk leaves an empty one.
        await rm(file, { force: true }).catch(() => undefined)
        throw new Error(`DATA_DIR: ${file} cannot be written: ${errorText(error)}`, { cause: error })
      }
    }
    const holder = await readHolder(file)
    if (!holder && Date.now() < patience.unread) {
      await delay(100)
      continue
    }
    const role = holder && (await roleOf(holder.pid))
    if (!role) {
      await rm(file, { force: true })
      tookOver = true
      continue
    }
    if (Date.now() > (holder.stopping || role === 'command' ? patience.ending : patience.running))
      return undefined
    await delay(100)
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** Process ids are used again; only a launcher counts, or a command that has the database open for a moment. */
async function roleOf(pid: number): Promise<'launcher' | 'command' | undefined> {
  if (pid === process.pid) return undefined
  const line = await commandLineOf(pid)
  if (line.includes('launch.ts')) return 'launcher'
  return /\b(db-migrate|admin-create|token-create)\.ts\b/.test(line) ? 'command' : undefined
}
