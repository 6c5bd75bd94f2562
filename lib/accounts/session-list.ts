import { database } from '@/lib/database'
import { recordAudit, type AuditContext } from './audit-log'
import { isUuid } from '@/lib/is-uuid'
import { lockAccount } from './lock-account'
import { endSession, endSessions, isLiveSession } from './sessions'

/** A live session as its account's page shows it. */
export interface SessionSummary {
  id: string
  address: string
  userAgent: string
  /** To the minute. */
  lastSeenAt: Date
}

/** An account's live, complete sessions, the one seen last first. */
export async function listSessions(accountId: string): Promise<SessionSummary[]> {
  // Index: admin_sessions_by_account.
  return database()
    .selectFrom('admin_sessions as session')
    .select(['session.id', 'session.address', 'session.user_agent as userAgent'])
    .select('session.last_seen_at as lastSeenAt')
    .where('session.account_id', '=', accountId)
    .where('session.stage', '=', 'full')
    .where(isLiveSession('session'))
    .orderBy('session.last_seen_at', 'desc')
    .execute()
}

/** Ends the session of whoever signs out. Nothing happens when it has ended already. */
export async function signOut(
  session: { sessionId: string; accountId: string; email: string },
  context: AuditContext,
): Promise<void> {
  await database()
    .transaction()
    .execute(async (trx) => {
      await lockAccount(trx, session.accountId)
      if (!(await endSession(trx, { ...session, because: 'signed_out' }))) return
      await recordAudit(trx, context, {
        action: 'session.sign_out',
        target: session.email,
        outcome: 'applied',
      })
    })
}

/** Ends another session of an account. @returns false when there is no such live session */
export async function revokeSession(
  { sessionId, accountId }: { sessionId: string; accountId: string },
  context: AuditContext,
): Promise<boolean> {
  if (!isUuid(sessionId)) return false
  return database()
    .transaction()
    .execute(async (trx) => {
      const account = await lockAccount(trx, accountId)
      if (!account || !(await endSession(trx, { sessionId, accountId, because: 'revoked' }))) return false
      await recordAudit(trx, context, {
        action: 'session.revoke',
        target: account.email,
        outcome: 'applied',
        before: { sessionId },
      })
      return true
    })
}

/** Ends all sessions of an account, but not the one named. @returns how many; 0 for an unknown account */
export async function revokeSessions(
  { accountId, except }: { accountId: string; except?: string },
  context: AuditContext,
): Promise<number> {
  return database()
    .transaction()
    .execute(async (trx) => {
      const account = await lockAccount(trx, accountId)
      if (!account) return 0
      const ended = await endSessions(trx, { accountId, because: 'revoked', except })
      await recordAudit(trx, context, {
        action: 'session.revoke_all',
        target: account.email,
        outcome: 'applied',
        after: { ended },
      })
      return ended
    })
}
