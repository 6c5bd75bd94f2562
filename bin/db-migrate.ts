import { runCommand } from './command/fail'
import { openLocalEnvironment } from './launch/local-environment'
import { runRelease } from './launch/release'

/** `npm run db:migrate`: the release step on the database that `npm start` would use; a sentence and exit code 1 where it is not to be had. */
await runCommand(async () => {
  const { database, environment } = await openLocalEnvironment('development')
  try {
    await runRelease({
      name: 'release',
      command: ['tsx', 'bin/release.ts'],
      env: { ...environment, ...database.ownerVariables },
      logStyle: 'readable',
    })
  } finally {
    await database.stop()
  }
})
