import { sql } from 'kysely'

interface WithStatus {
  status: string | null
}

/** Whether the bank has yet to answer. Stripe leaves the status out of some refunds that are on their way. */
export function isAtTheBank(refund: WithStatus): boolean {
  return refund.status !== 'succeeded' && !hasFailed(refund)
}

/** Whether the money came back to us, or never left. */
export function hasFailed({ status }: WithStatus): boolean {
  return status === 'failed' || status === 'canceled'
}

/** `isAtTheBank` of a row of `refunds`, whose status is known. @param alias of the table */
export function atTheBankSql(alias: string) {
  return sql<boolean>`${sql.ref(`${alias}.status`)} in ('pending', 'requires_action')`
}

/** `hasFailed` of a row of `refunds`. @param alias of the table */
export function hasFailedSql(alias: string) {
  return sql<boolean>`${sql.ref(`${alias}.status`)} in ('failed', 'canceled')`
}
