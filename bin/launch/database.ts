import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { databaseName, ensureDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from '@/db/embedded'
import { withSettings } from '@/db/session-settings'
import type { Environment } from '@/lib/config'
import { progress, say } from './output'

export interface LaunchDatabase {
  appUrl: string
  /** What the release step needs on top of the others; empty where no owner of its own was named. */
  ownerVariables: Record<string, string>
  /** For the summary. */
  description: string
  /** Settles when the database is gone for good. */
  lost: Promise<Error>
  stop: () => Promise<void>
}

/** The server that `DATABASE_URL` names, or an embedded one with its data under the data folder. */
export async function openDatabase(env: Environment, dataDir: string): Promise<LaunchDatabase> {
  return env.DATABASE_URL ? useServer(env.DATABASE_URL, env.DATABASE_MIGRATION_URL) : startEmbedded(dataDir)
}

async function useServer(appUrl: string, ownerUrl = appUrl): Promise<LaunchDatabase> {
  await assertUsable('DATABASE_URL', appUrl)
  if (ownerUrl !== appUrl) await assertUsable('DATABASE_MIGRATION_URL', ownerUrl)
  return {
    appUrl,
    ownerVariables: ownerUrl === appUrl ? {} : { DATABASE_MIGRATION_URL: ownerUrl },
    description: `PostgreSQL at ${new URL(appUrl).host} (DATABASE_URL)`,
    lost: new Promise(() => undefined),
    stop: async () => undefined,
  }
}

async function assertUsable(variable: string, connectionString: string): Promise<void> {
  const { host, pathname } = new URL(connectionString)
  // No setting that a server older than we need would refuse: it is to be told its version.
  const bounds = withSettings(connectionString, { statement_timeout: 10_000 })
  const client = new pg.Client({ ...bounds, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  let version: number
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    )
    version = rows[0]?.version ?? 0
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error)
    throw new Error(`${variable}: cannot connect to ${host}${pathname}: ${reason}`, { cause: error })
  } finally {
    await client.end().catch(() => undefined)
  }
  if (version < 140_000) throw new Error(`${variable}: PostgreSQL 14 or later is needed at ${host}`)
}

async function startEmbedded(dataDir: string): Promise<LaunchDatabase> {
  progress('Starting PostgreSQL')
  const folder = join(dataDir, 'postgres')
  let server = await startEmbeddedPostgres({ folder, durability: 'full', onProgress: progress })
  await ensureDatabase(server, databaseName)
  let stopping = false

  const keepRunning = async (): Promise<Error> => {
    for (;;) {
      await server.ended
      if (stopping) return new Promise(() => undefined)
      say('PostgreSQL ended; starting it again')
      await delay(1_000)
      try {
        server = await startAgain(server)
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error))
      }
    }
  }
  return {
    appUrl: server.url('app', databaseName),
    ownerVariables: { DATABASE_MIGRATION_URL: server.url('owner', databaseName) },
    description: `embedded PostgreSQL ${/^\d+\.\d+/.exec(server.version)?.[0]}, data in ${server.folder}`,
    lost: keepRunning(),
    stop: async () => {
      stopping = true
      await server.stop()
    },
  }
}

/** On the same port, since the other processes know the database by it. */
async function startAgain({ folder, port }: EmbeddedPostgres): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ folder, port, durability: 'full', onProgress: progress })
}
