import { type Kysely, sql } from 'kysely'
import { Migrator, NO_MIGRATIONS } from 'kysely/migration'
import { buildAhead } from './live-indexes'
import { migrations } from './migrations'
import type { Database } from './schema'

export interface MigrateOptions {
  /** Stop at this migration; `none` undoes nothing and only prepares the tables. Default: the newest. */
  to?: string
}

/**
 * Brings the schema to the newest (or the named) migration, under kysely's own lock.
 *
 * @param db connected as the role that owns the schema
 * @returns the names of the migrations that were applied now
 * @throws the first migration's error; all run in one transaction, so none is applied then
 */
export async function migrate(db: Kysely<Database>, options: MigrateOptions = {}): Promise<string[]> {
  const migrator = migratorOf(db)
  const target = options.to === 'none' ? NO_MIGRATIONS : options.to
  const { error, results } = await (target === undefined
    ? migrator.migrateToLatest()
    : migrator.migrateTo(target))
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('A migration failed', { cause: error })
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}

/**
 * Builds the indexes of pending migrations ahead, so that the migrations do not keep others from writing: see
 * `buildAhead`. Safe to repeat, and to leave out.
 */
export async function prepareMigration(db: Kysely<Database>): Promise<void> {
  const pending = (await migratorOf(db).getMigrations()).filter(({ executedAt }) => executedAt === undefined)
  await buildAhead(
    db,
    pending.flatMap(({ name }) => migrations[name]?.liveIndexes ?? []),
  )
}

/**
 * The migrations that a later version of this product has applied on top of all that this one knows, by name. They keep
 * this version working, so where there are any it has nothing to apply; kysely would take the database for corrupted.
 *
 * @returns none where the database is not of a later version: it lacks a migration of ours, or has one that ours come after
 */
export async function laterMigrations(db: Kysely<Database>): Promise<string[]> {
  const known = await migratorOf(db).getMigrations()
  if (known.some(({ executedAt }) => executedAt === undefined)) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  const unknown = rows.map(({ name }) => name).filter((name) => !(name in migrations))
  return unknown.every((name) => name > newestMigration()) ? unknown : []
}

/** The newest migration's name: what a running process expects to find in the database. */
export function newestMigration(): string {
  return Object.keys(migrations).sort().at(-1) ?? ''
}

function migratorOf(db: Kysely<Database>): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
}
