import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Clears the way for a new server after the last one lost its owner (kill -9, power cut). A server that still runs
 * on this data is stopped. A pid file whose number belongs to another program now is removed, because PostgreSQL
 * would refuse to start next to it.
 *
 * @param dataFolder the cluster's data; no other process may be starting on it at the same time
 */
export async function stopLeftover(dataFolder: string, progress: (message: string) => void): Promise<void> {
  const pidFile = join(dataFolder, 'postmaster.pid')
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0])
  if (!(pid > 0)) return
  if (!(await isServerOn(pid, dataFolder))) {
    await rm(pidFile, { force: true })
    return
  }
  progress('Stopping the PostgreSQL that an earlier run left behind')
  process.kill(pid, 'SIGINT')
  if (await endsWithin(pid, dataFolder, 30_000)) return
  process.kill(pid, 'SIGQUIT')
  if (await endsWithin(pid, dataFolder, 10_000)) return
  throw new Error(`A PostgreSQL with process id ${pid} runs on ${dataFolder} and does not end.`)
}

async function endsWithin(pid: number, dataFolder: string, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds
  while (await isServerOn(pid, dataFolder)) {
    if (Date.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return true
}

/** Process ids are used again, so the command line has to name our data folder as well. */
async function isServerOn(pid: number, dataFolder: string): Promise<boolean> {
  const command = await commandLineOf(pid)
  return command.includes('postgres') && command.includes(dataFolder)
}

/** What a process was started with; empty where there is no such process. */
export async function commandLineOf(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
  } catch {
    // No such process, or no /proc (macOS): `ps` knows, and fails for an unknown pid.
    const ps = promisify(execFile)('ps', ['-p', String(pid), '-o', 'command='])
    return ps.then(
      ({ stdout }) => stdout,
      () => '',
    )
  }
}
