import type { Trx } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'
import type { Result } from '@/lib/result'
import type { Actor, AuditContext } from './audit-log'
import type { Role } from './principal'

/**
 * What owners do to accounts and tokens counts only while they are owners. Since their request was let in, at least one
 * password hash has been computed. Meanwhile another owner may have disabled them or taken the role away, and a new
 * account, password or token would undo that.
 */

export interface AccountAmongOwners {
  id: string
  email: string
  role: Role
  disabled: boolean
  /** The only owner who can sign in. */
  isLastOwner: boolean
}

/**
 * Locks an account together with all owners who can sign in, always in order of id: two owners who demote each other at
 * once go one after the other, and the second finds itself no owner any more, or the last. A row that stopped matching
 * while its lock was waited for is left out by PostgreSQL, so the owners counted here are those of now.
 *
 * @returns `not_owner` where the account that acts is no longer among them
 */
export async function lockAmongOwners(
  trx: Trx,
  accountId: string,
  { actor }: Pick<AuditContext, 'actor'>,
): Promise<Result<AccountAmongOwners, 'unknown_account' | 'not_owner'>> {
  if (!isUuid(accountId)) return { ok: false, code: 'unknown_account' }
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
  const owners = rows.filter((row) => row.role === 'owner' && row.disabled_at === null)
  const ownId = idOf(actor)
  if (ownId !== null && !owners.some(({ id }) => id === ownId)) return { ok: false, code: 'not_owner' }
  const account = rows.find((row) => row.id === accountId.toLowerCase())
  if (!account) return { ok: false, code: 'unknown_account' }
  const { id, email, role } = account
  const isLastOwner = owners.length === 1 && owners[0]?.id === id
  return { ok: true, value: { id, email, role, disabled: account.disabled_at !== null, isLastOwner } }
}

/** Locks the owner who acts, and nobody else. @returns whether they still are one; commands of ours need not be */
export async function lockActingOwner(trx: Trx, { actor }: Pick<AuditContext, 'actor'>): Promise<boolean> {
  const ownId = idOf(actor)
  if (ownId === null) return true
  // The primary key.
  const row = await trx
    .selectFrom('admin_accounts')
    .select('id')
    .where('id', '=', ownId)
    .where('role', '=', 'owner')
    .where('disabled_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

function idOf(actor: Actor): string | null {
  return actor.kind === 'admin' ? actor.accountId : null
}
