import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { LockedAccount } from './lock-account'
import { isLive, type Client } from './sessions'

/** Who changes how their own account signs in: all its sessions end, and the browser that did it gets a new one. */
export interface OwnChange {
  accountId: string
  /** Of that browser; it has to be live still when the change is made. */
  sessionId: string
  client: Client
}

/**
 * Whether the session that asks for a change may still make it. To be asked under the account's lock: since the request
 * came, which took a password's hash or longer, somebody may have ended the session or disabled the account, and the
 * new session would undo that.
 */
export async function isStillSignedIn(
  trx: Trx,
  account: LockedAccount,
  { sessionId }: OwnChange,
): Promise<boolean> {
  if (account.disabled) return false
  // The primary key.
  const row = await trx
    .selectFrom('admin_sessions as session')
    .select(sql`1`.as('found'))
    .where('session.id', '=', sessionId)
    .where('session.account_id', '=', account.id)
    .where('session.stage', '=', 'full')
    .where(isLive('session'))
    .executeTakeFirst()
  return row !== undefined
}
