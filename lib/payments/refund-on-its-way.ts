import { sql } from 'kysely'
import { atTheBankSql } from '@/lib/payment-records/refund-status'
import { kindsWithRefund } from './fitting-resolutions'

/**
 * Whether a refund of an exception's payment is at the bank, whoever made it: a refund from Stripe's dashboard, or
 * one of ours whose answer was lost, takes seats back as well. Stripe's event or the reconciliation tells when it
 * has ended.
 *
 * @param alias of `payment_exceptions`
 */
export function refundIsOnItsWay(alias: string) {
  // Indexes: the primary key of payments, refunds_by_payment_intent. `offset 0` has each payment looked up: for many
  // exceptions, all refunds would be read.
  return sql<boolean>`(${sql.ref(`${alias}.state`)} <> 'resolved'
    and ${sql.ref(`${alias}.kind`)} = any(${[...kindsWithRefund]}::text[])
    and exists (
      select 1 from payments refunding join refunds way on way.payment_intent_id = refunding.payment_intent_id
      where refunding.id = ${sql.ref(`${alias}.payment_id`)} and ${atTheBankSql('way')} offset 0))`
}

/** Whether an exception names a refund that is at the bank. It stays claimed until that has arrived or failed. */
export function awaitsRefund(alias: string) {
  // Index: the primary key of refunds.
  return sql<boolean>`exists (
    select 1 from refunds own where own.id = ${sql.ref(`${alias}.refund_id`)} and ${atTheBankSql('own')})`
}
