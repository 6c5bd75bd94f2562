import { createConnection } from '@/db/connection'
import { closeDatabase } from '@/lib/database'
import { release } from '@/lib/release'
import { openLocalEnvironment } from '../launch/local-environment'
import { progress } from '../launch/output'

/**
 * Runs a command's work with the configuration and the database that `npm start` would use. An embedded database
 * that was never used is made ready; a server of the operator's must have been migrated.
 */
export async function withProduct<Value>(work: () => Promise<Value>): Promise<Value> {
  const { given, database: opened, environment } = await openLocalEnvironment('production')
  try {
    for (const [name, value] of Object.entries(environment))
      if (value !== undefined) process.env[name] = value
    if (!(await isReleased(opened.appUrl))) {
      if (given.DATABASE_URL) throw new Error('DATABASE_URL: the schema is missing; run npm run db:migrate')
      progress('Updating the database')
      const ownerUrl = opened.ownerVariables.DATABASE_MIGRATION_URL ?? opened.appUrl
      await release({ ownerUrl, appUrl: opened.appUrl })
    }
    return await work()
  } finally {
    await closeDatabase()
    await opened.stop()
  }
}

async function isReleased(connectionString: string): Promise<boolean> {
  const client = createConnection({ connectionString, applicationName: '6fb-command' })
  await client.connect()
  try {
    const { rows } = await client.query<{ found: boolean }>(
      `SELECT to_regclass('admin_audit') IS NOT NULL AS found`,
    )
    return rows[0]?.found ?? false
  } finally {
    await client.end()
  }
}
