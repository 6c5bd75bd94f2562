import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { Result } from '@/lib/result'
import { audited, type Attempt, type AuditContext } from './audit-log'
import { type AccountAmongOwners, lockAmongOwners } from './lock-owners'
import type { Role } from './principal'
import { endSessions } from './sessions'

/** `not_owner`: whoever acts has been disabled, or lost the role, since their request came. */
export type AccountRefusal = 'unknown_account' | 'last_owner' | 'not_owner'

type Change = Result<null, AccountRefusal>

/**
 * Gives an account another role. Its sessions end, so that its admin signs in again, under a new session, with the new
 * role.
 *
 * @param from the role that it had when this was decided: with any other it is refused as `role_moved`
 */
export async function changeRole(
  accountId: string,
  { from, to: role }: { from: Role; to: Role },
  context: AuditContext,
): Promise<Result<null, AccountRefusal | 'role_moved'>> {
  return change<'role_moved'>('account.role', accountId, context, async (trx, account) => {
    if (account.role !== from) return { ok: false, code: 'role_moved' }
    if (account.role === role) return applied()
    if (account.isLastOwner) return { ok: false, code: 'last_owner' }
    await trx.updateTable('admin_accounts').set({ role }).where('id', '=', account.id).execute()
    await endSessions(trx, { accountId: account.id, because: 'role_changed' })
    return applied({ role: account.role }, { role })
  })
}

/** Ends the account's sessions. No one can sign in to it until it is enabled again. */
export async function disableAccount(accountId: string, context: AuditContext): Promise<Change> {
  return change('account.disable', accountId, context, async (trx, account) => {
    if (account.isLastOwner) return { ok: false, code: 'last_owner' }
    await setDisabled(trx, account.id, sql<Date>`coalesce(disabled_at, app_now())`)
    await endSessions(trx, { accountId: account.id, because: 'disabled' })
    return applied({ disabled: account.disabled }, { disabled: true })
  })
}

/** Lets an account sign in again, with the password and second factors of before. Sessions that ended stay ended. */
export async function enableAccount(accountId: string, context: AuditContext): Promise<Change> {
  return change('account.enable', accountId, context, async (trx, account) => {
    await setDisabled(trx, account.id, sql<null>`null`)
    return applied({ disabled: account.disabled }, { disabled: false })
  })
}

async function change<Own extends string = never>(
  action: string,
  accountId: string,
  context: AuditContext,
  work: (trx: Trx, account: AccountAmongOwners) => Promise<Attempt<null, AccountRefusal | Own>>,
): Promise<Result<null, AccountRefusal | Own>> {
  return audited(context, { action, target: accountId }, async (trx) => {
    const locked = await lockAmongOwners(trx, accountId, context)
    if (!locked.ok) return locked
    return { ...(await work(trx, locked.value)), target: locked.value.email }
  })
}

async function setDisabled(
  trx: Trx,
  accountId: string,
  disabledAt: ReturnType<typeof sql<Date>> | ReturnType<typeof sql<null>>,
): Promise<void> {
  await trx
    .updateTable('admin_accounts')
    .set({ disabled_at: disabledAt })
    .where('id', '=', accountId)
    .execute()
}

function applied(
  before?: Record<string, unknown>,
  after?: Record<string, unknown>,
): Attempt<null, AccountRefusal> {
  return { ok: true, value: null, before, after }
}
