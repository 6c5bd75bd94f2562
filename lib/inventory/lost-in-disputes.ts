import { sql } from 'kysely'

/**
 * What the lost disputes of an exception took, in the currency's smallest unit: the dispute that opened it, and
 * those that were lost while it waited. 0 for all other kinds, and if no amount is known.
 *
 * @param alias of `payment_exceptions`
 */
export function lostInDisputes(alias: string) {
  return sql<number>`(case when ${sql.ref(`${alias}.kind`)} = 'dispute_lost'
    then coalesce(${sql.ref(`${alias}.amount_cents`)}, 0) + coalesce((
      select sum(value::bigint) from jsonb_each_text(${sql.ref(`${alias}.further_disputes`)})), 0)
    else 0 end)::bigint`
}

/**
 * Of how many lost disputes an exception tells. 0 for all other kinds.
 *
 * @param alias of `payment_exceptions`
 */
export function disputesTold(alias: string) {
  return sql<number>`(case when ${sql.ref(`${alias}.kind`)} = 'dispute_lost'
    then 1 + (select count(*) from jsonb_object_keys(${sql.ref(`${alias}.further_disputes`)})) else 0 end)::int`
}

/**
 * Whether the amount of one of an exception's lost disputes is not known, such as one in another currency.
 *
 * @param alias of `payment_exceptions`
 */
export function isLossUnknown(alias: string) {
  return sql<boolean>`(${sql.ref(`${alias}.kind`)} = 'dispute_lost' and (coalesce(${sql.ref(`${alias}.amount_cents`)}, 0) = 0
    or exists (select from jsonb_each_text(${sql.ref(`${alias}.further_disputes`)}) where value::bigint = 0)))`
}
