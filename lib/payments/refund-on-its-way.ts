import { sql } from 'kysely'

/**
 * Whether the refund that an exception waits for is still at the bank. Stripe's news ends it, and so does the
 * reconciliation.
 *
 * @param alias of `payment_exceptions`
 */
export function refundIsOnItsWay(alias: string) {
  // Index: the primary key.
  return sql<boolean>`exists (
    select 1 from refunds way
    where way.id = ${sql.ref(`${alias}.refund_id`)} and way.status in ('pending', 'requires_action'))`
}
