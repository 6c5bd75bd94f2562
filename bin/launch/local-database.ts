import { join } from 'node:path'
import { addressOfRunning, databaseName } from '@/db/embedded'
import type { Environment } from '@/lib/config'
import { openDatabase, type LaunchDatabase } from './database'
import { dataDirOf } from './environment'
import { prepareDataDir, takeLock } from './lock'

/**
 * The same database that `npm start` uses, for a script: the server of `DATABASE_URL`, the embedded one of a
 * running `npm start`, or the embedded one started for the time of the script. `stop` when done.
 */
export async function openLocalDatabase(
  env: Environment,
): Promise<Pick<LaunchDatabase, 'appUrl' | 'ownerVariables' | 'stop'>> {
  const dataDir = dataDirOf(env)
  if (env.DATABASE_URL) return openDatabase(env, dataDir)
  await prepareDataDir(dataDir)
  const lock = await takeLock(dataDir)
  if (lock) {
    const database = await openDatabase(env, dataDir)
    const stop = async () => {
      await database.stop()
      await lock.release()
    }
    return { ...database, stop }
  }
  const url = await addressOfRunning(join(dataDir, 'postgres'))
  if (!url) throw new Error(`npm start is just starting on ${dataDir}; try again in a moment.`)
  return {
    appUrl: url('app', databaseName),
    ownerVariables: { DATABASE_MIGRATION_URL: url('owner', databaseName) },
    stop: async () => undefined,
  }
}
