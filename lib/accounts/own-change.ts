import type { Trx } from '@/lib/database'
import { lockAccount, type LockedAccount } from './lock-account'
import { isStillLive, type Client } from './sessions'

/**
 * A change of how an admin's own account signs in: all its sessions end, and the browser that did it gets a new one.
 */
export interface OwnChange extends OwnAccount {
  client: Client
}

/**
 * An admin's change of their own account, and the session by which they make it. The session has to be live still when
 * the change is made.
 */
export interface OwnAccount {
  accountId: string
  sessionId: string
}

/**
 * Locks the account of an admin who changes it themselves, if their session may still do that. Since the request came,
 * at least one password hash has been computed. Meanwhile the session may have been ended, as by whoever disabled the
 * account, and a new session, secret or code would undo that.
 */
export async function lockOwnAccount(
  trx: Trx,
  { accountId, sessionId }: OwnAccount,
): Promise<
  | { ok: true; account: LockedAccount }
  | { ok: false; code: 'unknown_account' | 'session_ended'; target?: string }
> {
  const account = await lockAccount(trx, accountId)
  if (!account) return { ok: false, code: 'unknown_account' }
  if (await isStillLive(trx, { accountId, sessionId, stage: 'full' })) return { ok: true, account }
  return { ok: false, code: 'session_ended', target: account.email }
}
