import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface ProcessEntry {
  pid: number
  parent: number
  command: string
}

/** All processes below one, itself included, as `ps` sees them now. */
export async function processTree(pid: number): Promise<ProcessEntry[]> {
  const all = await allProcesses()
  const tree = all.filter((entry) => entry.pid === pid)
  for (const { pid: parent } of tree) tree.push(...all.filter((entry) => entry.parent === parent))
  return tree
}

/** Those of the given processes that still run; a number that another program got since does not count. */
export async function stillRunning(entries: readonly ProcessEntry[]): Promise<ProcessEntry[]> {
  const all = await allProcesses()
  return entries.filter(({ pid, command }) => all.some((now) => now.pid === pid && now.command === command))
}

async function allProcesses(): Promise<ProcessEntry[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='])
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line)
    const [, pid, parent, state = '', command = ''] = match ?? []
    // A zombie has ended; only its parent has not asked yet.
    return pid && !state.startsWith('Z') ? [{ pid: Number(pid), parent: Number(parent), command }] : []
  })
}
