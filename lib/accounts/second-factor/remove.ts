import type { Trx } from '@/lib/database'
import type { Result } from '@/lib/result'
import { hasSecondFactor } from '../accounts'
import { audited, type AuditContext } from '../audit-log'
import { isOwn } from '../is-own'
import { lockAmongOwners } from '../lock-owners'
import { lockOwnAccount, type OwnChange } from '../own-change'
import { createSession, endSessions, type NewSession } from '../sessions'

/** Which factor: the authenticator app, or a passkey by its id. */
export type FactorName = { kind: 'totp' } | { kind: 'passkey'; id: string }

/**
 * Takes a second factor away. With the last one the recovery codes go too.
 *
 * @returns a new session for the browser that did it; all others have ended
 */
export async function removeSecondFactor(
  change: OwnChange & { factor: FactorName },
  context: AuditContext,
): Promise<Result<NewSession, 'unknown_account' | 'session_ended' | 'unknown_factor'>> {
  const { accountId, factor, client } = change
  return audited(context, { action: 'second_factor.remove', target: accountId }, async (trx) => {
    const own = await lockOwnAccount(trx, change)
    if (!own.ok) return own
    const target = own.account.email
    if (!(await removeFactor(trx, accountId, factor))) return { ok: false, code: 'unknown_factor', target }
    await dropUselessCodes(trx, accountId)
    await endSessions(trx, { accountId, because: 'second_factor_changed' })
    const value = await createSession(trx, { accountId, stage: 'full', client })
    return { ok: true, value, target, before: { kind: factor.kind } }
  })
}

/**
 * Removes all second factors of another admin, who lost phone, keys and codes; the password is enough again. For their
 * own factors an owner is asked for the password first, so not by this: a stolen session must not remove them.
 */
export async function resetSecondFactor(
  accountId: string,
  context: AuditContext,
): Promise<Result<null, 'unknown_account' | 'own_account' | 'not_owner'>> {
  return audited(context, { action: 'second_factor.reset', target: accountId }, async (trx) => {
    const locked = await lockAmongOwners(trx, accountId, context)
    if (!locked.ok) return locked
    const account = locked.value
    if (isOwn(context, account.id)) return { ok: false, code: 'own_account', target: account.email }
    await trx.deleteFrom('admin_totp').where('account_id', '=', accountId).execute()
    await trx.deleteFrom('admin_passkeys').where('account_id', '=', accountId).execute()
    await trx.deleteFrom('admin_recovery_codes').where('account_id', '=', accountId).execute()
    await endSessions(trx, { accountId, because: 'second_factor_changed' })
    return { ok: true, value: null, target: account.email }
  })
}

async function removeFactor(trx: Trx, accountId: string, factor: FactorName): Promise<boolean> {
  switch (factor.kind) {
    case 'totp': {
      const result = await trx.deleteFrom('admin_totp').where('account_id', '=', accountId).executeTakeFirst()
      return result.numDeletedRows > 0n
    }
    case 'passkey': {
      const result = await trx
        .deleteFrom('admin_passkeys')
        .where('account_id', '=', accountId)
        .where('id', '=', factor.id)
        .executeTakeFirst()
      return result.numDeletedRows > 0n
    }
  }
}

async function dropUselessCodes(trx: Trx, accountId: string): Promise<void> {
  await trx
    .deleteFrom('admin_recovery_codes')
    .where('account_id', '=', accountId)
    .where((eb) => eb.not(hasSecondFactor('admin_recovery_codes.account_id')))
    .execute()
}
