import { database } from '@/lib/database'
import { recordAudit, type AuditContext, type AuditEvent } from '../audit-log'
import { beginAttempt, type AttemptKey } from './attempts'

export interface TooManyAttempts {
  ok: false
  code: 'too_many_attempts'
  retryAfterSeconds: number
}

/**
 * Counts an attempt under each key in turn, and stops at the first that refuses. Only the first refusal of a wait is
 * recorded: a flood of them must not fill a log whose rows cannot be deleted.
 *
 * @returns the refusal, or undefined when the attempt may be made
 */
export async function admitSignIn(
  keys: readonly AttemptKey[],
  context: AuditContext,
  event: Pick<AuditEvent, 'action' | 'target'>,
): Promise<TooManyAttempts | undefined> {
  for (const key of keys) {
    const admission = await beginAttempt(key)
    if (admission.admitted) continue
    if (admission.isNews) {
      await recordAudit(database(), context, { ...event, outcome: 'refused', code: 'too_many_attempts' })
    }
    return { ok: false, code: 'too_many_attempts', retryAfterSeconds: admission.retryAfterSeconds }
  }
  return undefined
}
