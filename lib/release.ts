import { createDatabase } from '@/db/client'
import { connectedRole } from '@/db/connected-role'
import { grantToApplication } from '@/db/grants'
import { laterMigrations, migrate, prepareMigration } from '@/db/migrate'
import { withReleaseLock } from '@/db/release-lock'
import type { Connection } from './database'
import { pastLocks } from './past-locks'
import { releaseQueues } from './queues/release'
import { seed } from './seed'

export interface ReleaseTarget {
  /** The role that owns the schema. */
  ownerUrl: string
  /** The role that web and worker connect as; may be the same. */
  appUrl: string
  /** The pause between two tries for a table that another transaction keeps locked, in milliseconds; default 10 s. */
  lockPauseMs?: number
}

export interface ReleaseResult {
  /** Migrations applied now, by name. */
  migrations: string[]
  /** Those of a later version that the database has already; then there is nothing to apply. */
  later: string[]
}

/**
 * Brings a database to this version of the code: schema, queues, rights and seed data. Safe to repeat, and
 * safe to run twice at once. The schema of a later version stays as it is.
 */
export async function release(target: ReleaseTarget): Promise<ReleaseResult> {
  return withReleaseLock(target.ownerUrl, () => releaseAlone(target))
}

async function releaseAlone({ ownerUrl, appUrl, lockPauseMs }: ReleaseTarget): Promise<ReleaseResult> {
  const appRole = await connectedRole(appUrl)
  const db = createDatabase({
    connectionString: ownerUrl,
    max: 1,
    applicationName: '6fb-release',
    // An index of a large table takes its time.
    statementTimeoutMs: 0,
  })
  try {
    const later = await laterMigrations(db)
    const migrations = later.length > 0 ? [] : await applyMigrations(db, lockPauseMs)
    await grantToApplication(db, appRole)
    await releaseQueues({ ownerUrl, appRole })
    await seed(db)
    return { migrations, later }
  } finally {
    await db.destroy()
  }
}

async function applyMigrations(db: Connection, lockPauseMs: number | undefined): Promise<string[]> {
  await prepareMigration(db)
  return pastLocks(() => migrate(db), lockPauseMs)
}
