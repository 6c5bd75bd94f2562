import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres, type EmbeddedPostgresOptions } from '@/db/embedded'
import { createTemplate, type ClusterAddress } from './template'

export type { ClusterAddress } from './template'

export interface Cluster {
  address: ClusterAddress
  port: number
  /** Fast shutdown and a start on the same port and data, like an operator's restart. */
  restart: () => Promise<void>
  /** Fast shutdown; the data stay for `start`. */
  stop: () => Promise<void>
  start: () => Promise<void>
  /** `kill -9` of the server, as a crash; `start` recovers. */
  crash: () => Promise<void>
  /** Stops the server and deletes the data. */
  remove: () => Promise<void>
}

/**
 * A PostgreSQL of its own with a migrated template. `durability: 'none'` is right for tests that only look
 * at results: it saves the flush of every commit. Tests of crashes and restarts need `full`.
 */
export async function startCluster(durability: EmbeddedPostgresOptions['durability']): Promise<Cluster> {
  const folder = join(tmpdir(), `6fb-postgres-${randomUUID()}`)
  let server = await startEmbeddedPostgres({ folder, durability })
  await createTemplate(server)

  const stop = () => server.stop()
  const start = async () => {
    server = await startEmbeddedPostgres({ folder: server.folder, durability, port: server.port })
  }
  return {
    address: {
      superuser: server.url('superuser', ''),
      owner: server.url('owner', ''),
      app: server.url('app', ''),
    },
    port: server.port,
    stop,
    start,
    restart: async () => {
      await stop()
      await start()
    },
    crash: async () => {
      process.kill(server.pid, 'SIGKILL')
      await server.ended
    },
    remove: async () => {
      await stop()
      await rm(server.folder, { recursive: true, force: true })
    },
  }
}
