import { type Kysely, sql } from 'kysely'

/**
 * Money that lost disputes took counts like a refund once an admin has given its seats back: that is a payment's
 * `lost_cents`. An exception tells of the dispute that opened it, of `amount_cents`, and of those that were lost while it
 * waited: `further_disputes` has their amounts by id. The release before this one writes neither, and knows no
 * resolution `restocked`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

// A check that is valid from the start has all rows read while everybody waits. These rows are known to fit: they have the
// default, or one of the fewer resolutions that there were.
const statements = [
  `alter table payments add column lost_cents bigint not null default 0,
     add constraint payments_lost_cents_check check (lost_cents >= 0) not valid`,
  `alter table payment_exceptions add column further_disputes jsonb not null default '{}',
     drop constraint payment_exceptions_resolution_check,
     add constraint payment_exceptions_resolution_check check
       (resolution in ('refunded', 'expanded', 'assigned', 'dismissed', 'settled', 'restocked')) not valid`,
]
