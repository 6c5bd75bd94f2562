import pg from 'pg'
import { createFirstOwner } from '@/lib/accounts'
import { config } from '@/lib/config'
import { closeDatabase } from '@/lib/database'
import { log } from '@/lib/log'
import { isCertificateFault } from '@/lib/refused-connection'
import { release } from '@/lib/release'

/**
 * The Procfile's `release`: run once for each deployment, before web and worker start. With `--first-owner`, which
 * `npm start` adds, it also makes an owner where there is no account; elsewhere `npm run admin:create` does, since
 * a host would keep the password in its log.
 */

const { database, alertRecipients } = config()
if (!database.hasOwnOwner) {
  log().warn('DATABASE_MIGRATION_URL is not set: migrating as the role that web and worker use')
}
try {
  const result = await release({ ownerUrl: database.migrationUrl, appUrl: database.url })
  if (result.later.length > 0) {
    log().info({ later: result.later }, 'the database is of a later version: there is no migration to apply')
  }
  log().info({ migrations: result.migrations }, 'release complete')
  const firstOwner = process.argv.includes('--first-owner')
    ? await createFirstOwner(alertRecipients.emails[0])
    : undefined
  // The launcher shows it; on a host there is no channel.
  process.send?.({ firstOwner })
} catch (error) {
  const reason = refusalOf(error)
  if (reason !== undefined) log().fatal(reason)
  // A fault of a migration, or of ours: where it happened matters, but not what the rows say.
  else log().fatal({ err: error, code: 'release_failed' }, 'the release failed')
  process.exitCode = 1
} finally {
  await closeDatabase()
}

/**
 * What the operator has to mend when the database is not to be had, or the role may not change it. A host with several
 * addresses fails with an error for each.
 */
function refusalOf(error: unknown): string | undefined {
  if (error instanceof pg.DatabaseError) {
    const { code = '', message } = error
    if (code === '42501') return `DATABASE_MIGRATION_URL must name the role that owns the schema: ${message}`
    if (code === '25006')
      return `The database takes no writes, as a standby or after a failover; name the server that does: ${message}`
    if (code === '55P03')
      return 'Somebody keeps a table locked or a transaction open (an audit, perhaps): run the release again.'
    if (code === '40P01')
      return 'The release and somebody else waited for each other (a deadlock): run the release again.'
    return /^(28|3D|53|57)/.test(code) ? `The database cannot be used: ${message}` : undefined
  }
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error]
  const [first] = errors
  if (!(first instanceof Error)) return undefined
  if ('code' in first && isCertificateFault(String(first.code)))
    return `The database's certificate is not trusted; docs/operations.md says how to name who signed it: ${first.message}`
  const isUnreached = 'syscall' in first || /connection timeout|SSL connections/.test(first.message)
  return isUnreached ? `The database cannot be reached: ${first.message}` : undefined
}
