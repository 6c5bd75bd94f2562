import { runCommand } from './command/fail'
import { runRelease } from './launch/release'
import { openLocalDatabase } from './launch/local-database'
import { dataDirOf, presentVariables, processEnvironment, usesStandIn } from './launch/environment'
import { localSecrets } from './launch/secrets'

/** `npm run db:migrate`: the release step on the database that `npm start` would use; a sentence and exit code 1 where it is not to be had. */
await runCommand(async () => {
  const env = presentVariables(process.env)
  const database = await openLocalDatabase(env)
  try {
    const processEnv = processEnvironment(env, {
      nodeEnv: 'development',
      appUrl: database.appUrl,
      port: 3000,
      // The release step calls no Stripe, but its configuration is complete like everybody's.
      standInUrl: usesStandIn(env) ? 'http://127.0.0.1:1' : undefined,
      secrets: await localSecrets(env, dataDirOf(env)),
    })
    await runRelease({
      name: 'release',
      command: ['tsx', 'bin/release.ts'],
      env: { ...processEnv, ...database.ownerVariables },
      logStyle: 'readable',
    })
  } finally {
    await database.stop()
  }
})
