import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'
import type { Result } from '@/lib/result'
import { audited, type Attempt, type AuditContext } from './audit-log'
import type { Role } from './principal'
import { endSessions } from './sessions'

export type AccountRefusal = 'unknown_account' | 'last_owner'

type Change = Result<null, AccountRefusal>

/**
 * Gives an account another role. Its sessions end, so that its admin signs in again, under a new session, with the new
 * role.
 */
export async function changeRole(accountId: string, role: Role, context: AuditContext): Promise<Change> {
  return change('account.role', accountId, context, async (trx, account) => {
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

interface AccountAmongOwners {
  id: string
  email: string
  role: Role
  disabled: boolean
  /** The only owner who can sign in. */
  isLastOwner: boolean
}

async function change(
  action: string,
  accountId: string,
  context: AuditContext,
  work: (trx: Trx, account: AccountAmongOwners) => Promise<Attempt<null, AccountRefusal>>,
): Promise<Change> {
  return audited(context, { action, target: accountId }, async (trx) => {
    const account = isUuid(accountId) ? await lockAmongOwners(trx, accountId) : undefined
    if (!account) return { ok: false, code: 'unknown_account' }
    return { ...(await work(trx, account)), target: account.email }
  })
}

/**
 * Locks the account together with all owners who can sign in, always in order of id: two owners who demote each
 * other at once go one after the other, and the second finds itself the last. A row that stopped matching while
 * its lock was waited for is left out by PostgreSQL, so the owners counted here are those of now.
 */
async function lockAmongOwners(trx: Trx, accountId: string): Promise<AccountAmongOwners | undefined> {
  // Indexes: the primary key and admin_accounts_active_owners.
  const rows = await trx
    .selectFrom('admin_accounts')
    .select(['id', 'email', 'role', 'disabled_at'])
    .where((eb) =>
      eb.or([eb('id', '=', accountId), eb.and([eb('role', '=', 'owner'), eb('disabled_at', 'is', null)])]),
    )
    .orderBy('id')
    .forUpdate()
    .execute()
  const isActiveOwner = (row: (typeof rows)[number]) => row.role === 'owner' && row.disabled_at === null
  const account = rows.find((row) => row.id === accountId.toLowerCase())
  if (!account) return undefined
  const { id, email, role } = account
  const isLastOwner = isActiveOwner(account) && rows.filter(isActiveOwner).length === 1
  return { id, email, role, disabled: account.disabled_at !== null, isLastOwner }
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
