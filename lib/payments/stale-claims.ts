import { sql } from 'kysely'
import { refundIsOnItsWay } from './refund-on-its-way'

/** A claim whose process died can be taken again after so long. Every resolution takes seconds. */
const staleClaimMinutes = 5

/** Whether an exception was claimed so long ago that whoever did so is at it no more. */
export function isOldClaim(alias: string) {
  return sql<boolean>`coalesce(${sql.ref(`${alias}.state`)} = 'resolving'
    and ${sql.ref(`${alias}.claimed_at`)} <= app_now() - make_interval(mins => ${staleClaimMinutes}), false)`
}

/**
 * Whether an exception waits for a decision again although it is claimed: the process that did so has died, and no refund
 * is on its way, which keeps the claim. To readers it is open.
 *
 * @param alias of `payment_exceptions`
 */
export function isStaleClaim(alias: string) {
  return sql<boolean>`case when ${isOldClaim(alias)} then not ${refundIsOnItsWay(alias)} else false end`
}
