import { sql } from 'kysely'
import { lookBackKey } from './look-back'

/**
 * A part of another statement: when a reconciliation last came to its end. If none has yet: when the first audit
 * ended, because the worker that runs both was up by then. Null if no worker has been up yet.
 *
 * Indexes: two primary keys.
 */
export const reconciledAt = sql<Date | null>`coalesce(
  (select updated_at from settings where key = ${lookBackKey}),
  (select finished_at from audit_runs order by id limit 1))`
