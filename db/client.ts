import { Kysely, PostgresDialect } from 'kysely'
import { createPool, type PoolSettings } from './pool'
import { preparingPool } from './prepared'
import type { Database } from './schema'

/** A kysely instance over a pool of its own. `destroy()` closes the pool. */
export function createDatabase(settings: PoolSettings, onError?: (error: Error) => void): Kysely<Database> {
  const pool = preparingPool(createPool(settings, onError))
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
}
