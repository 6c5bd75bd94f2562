import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { ClusterAddress } from '@/tests/support/template'

export interface Peer {
  /** Reserves one seat of one item so many times, so many at once. */
  reservationsPerSecond: (count: number, atOnce: number) => Promise<number>
  stop: () => Promise<void>
}

/** What the peer's process answers: first that it is ready, then a rate for each order. */
export type PeerAnswer = { perSecond: number } | { error: string }
export interface PeerOrder {
  count: number
  atOnce: number
}

/** Starts the peer that is installed in a folder, in a process and on a database of its own. */
export async function startPeer(folder: string, { superuser }: ClusterAddress): Promise<Peer> {
  const database = 'bench_peer'
  const client = new pg.Client({ connectionString: `${superuser}postgres` })
  await client.connect()
  await client.query(`create database ${database}`)
  await client.end()
  const child = fork(
    fileURLToPath(new URL('./process.ts', import.meta.url)),
    [folder, superuser + database],
    {
      execArgv: ['--import=tsx'],
      // It writes much that is not ours to the output.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  )
  const exited = once(child, 'exit')
  const answer = async () => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => [{ error: 'The peer has ended' }]),
    ])) as [PeerAnswer]
    if ('error' in message) throw new Error(message.error)
    return message.perSecond
  }
  await answer()
  return {
    reservationsPerSecond(count, atOnce) {
      child.send({ count, atOnce } satisfies PeerOrder)
      return answer()
    },
    async stop() {
      child.kill()
      await exited
    },
  }
}
