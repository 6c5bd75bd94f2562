import { setTimeout as delay } from 'node:timers/promises'
import { isPortFree } from '@/db/embedded-port'
import { say } from './output'

const defaultPort = 3000

/**
 * The port of the web process. One that was asked for is used or refused; without a wish it is 3000, or the
 * next free one.
 *
 * @param patienceMs how long to wait for a web process of an earlier run to leave the port
 */
export async function chooseWebPort(wanted: string | undefined, patienceMs: number): Promise<number> {
  const port = wanted === undefined ? defaultPort : Number(wanted)
  if (await becomesFree(port, patienceMs)) return port
  if (wanted !== undefined) {
    throw new Error(`PORT: ${port} is taken by another program. Choose another port, or end that program.`)
  }
  for (let other = defaultPort + 1; other < defaultPort + 100; other++) {
    if (!(await isPortFree(other))) continue
    say(`Port ${defaultPort} is taken, so this uses ${other}. PORT chooses another.`)
    return other
  }
  throw new Error(`No free port from ${defaultPort} to ${defaultPort + 99}. Set PORT.`)
}

async function becomesFree(port: number, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  while (!(await isPortFree(port))) {
    if (Date.now() > deadline) return false
    await delay(100)
  }
  return true
}
