import type { AuditContext } from './audit-log'

/** Whether somebody acts on the account that they are signed in with. */
export function isOwn({ actor }: AuditContext, accountId: string): boolean {
  return actor.kind === 'admin' && actor.accountId === accountId
}
