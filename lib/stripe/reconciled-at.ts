import { sql } from 'kysely'
import { lookBackKey } from './look-back'

/**
 * When everything was last compared with Stripe to the end, as part of another statement. Where it never was: when the
 * first audit ended, since the worker that runs both was up by then. Null where no worker ever was.
 *
 * Indexes: two primary keys.
 */
export const reconciledAt = sql<Date | null>`coalesce(
  (select updated_at from settings where key = ${lookBackKey}),
  (select finished_at from audit_runs order by id limit 1))`
