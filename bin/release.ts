import { createFirstOwner } from '@/lib/accounts'
import { config } from '@/lib/config'
import { closeDatabase } from '@/lib/database'
import { log } from '@/lib/log'
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
const result = await release({ ownerUrl: database.migrationUrl, appUrl: database.url })
log().info({ migrations: result.migrations }, 'release complete')
const firstOwner = process.argv.includes('--first-owner')
  ? await createFirstOwner(alertRecipients.emails[0])
  : undefined
await closeDatabase()
// The launcher shows it; on a host there is no channel.
process.send?.({ firstOwner })
