import { dataDirOf, presentVariables, processEnvironment, usesStandIn } from './environment'
import { openLocalDatabase } from './local-database'
import { localSecrets } from './secrets'

/**
 * The database that `npm start` would use, opened for a script, and the complete environment of a process of the
 * product on it. `database.stop` when done.
 */
export async function openLocalEnvironment(nodeEnv: 'production' | 'development') {
  const given = presentVariables(process.env)
  const database = await openLocalDatabase(given)
  try {
    const environment = processEnvironment(given, {
      nodeEnv,
      appUrl: database.appUrl,
      port: 3000,
      // No script calls Stripe, but its configuration is complete like everybody's.
      standInUrl: usesStandIn(given) ? 'http://127.0.0.1:1' : undefined,
      secrets: await localSecrets(given, dataDirOf(given)),
    })
    return { given, database, environment }
  } catch (error) {
    await database.stop()
    throw error
  }
}
