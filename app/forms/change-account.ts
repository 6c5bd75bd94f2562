import { data } from '@remix-run/node'
import { z } from 'zod'
import {
  type AccountRefusal,
  changeRole,
  type ConfirmationRefusal,
  disableAccount,
  enableAccount,
  getAccount,
  isHigher,
  resetPassword,
  resetSecondFactor,
  revokeSessions,
  roles,
} from '@/lib/accounts'
import { recordAudit } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import type { Result } from '@/lib/result'
import { doneAt } from './console-notice'
import { endSessionOnce } from './end-session-once'
import { refuseForm, refuseUnreadable } from './form-refusal'
import { notAllowed } from '@/app/web/not-allowed'
import { notFound } from '@/app/web/not-found'
import { onceForm, refuseRepeat, type RepeatRefusal } from './once-form'
import type { SignedIn } from '@/app/web/require-principal'
import { isPasswordRefusal, refusePassword, withPassword } from './with-password'

const forms = z.discriminatedUnion('form', [
  z.object({ form: z.literal('role'), role: z.enum(roles) }),
  z.object({ form: z.enum(['disable', 'enable', 'password', 'second-factor', 'sessions']) }),
  z.object({ form: z.literal('session'), sessionId: z.string() }),
])

/** The forms of an admin's account. A new password is on this answer alone, which is kept sealed for a day. */
export async function changeAccount(accountId: string, form: URLSearchParams, signedIn: SignedIn) {
  const { audit, session } = signedIn
  const read = forms.safeParse(Object.fromEntries(form))
  const event = { action: 'account.change', target: accountId }
  if (!read.success) return refuseUnreadable(form, read.error, { audit, ...event })
  const account = await getAccount(accountId)
  if (!account) {
    await recordAudit(database(), audit, { ...event, outcome: 'refused', code: 'unknown_account' })
    throw notFound()
  }
  const page = `/admin/settings/admins/${encodeURIComponent(accountId)}`
  const answer = (result: { ok: true } | Refusal, done: string) =>
    result.ok ? doneAt(page, done) : refused(form, result, page)
  const once = <Value, Code extends string>(action: string, work: () => Promise<Result<Value, Code>>) =>
    onceForm(form, signedIn, action, work, [accountId])
  /** For what lets somebody in. What takes access away can be done at once. */
  const onceAsked = <Value, Code extends string>(
    action: string,
    work: () => Promise<Result<Value, Code>>,
  ) => {
    const asked = withPassword(form, work)
    return onceForm(form, signedIn, action, () => asked(signedIn), [accountId])
  }
  switch (read.data.form) {
    case 'role': {
      const { role } = read.data
      const { role: from } = account
      const change = async (): Promise<Result<null, AccountRefusal | 'unchanged' | 'role_moved'>> =>
        from === role ? { ok: false, code: 'unchanged' } : changeRole(accountId, { from, to: role }, audit)
      // Whether the password is asked for depends on the role from which it is changed.
      const changed = await (isHigher(role, from) ? onceAsked : once)('account.role', change)
      return answer(changed, 'The role is changed; all sessions have ended')
    }
    case 'disable':
      return answer(
        await once('account.disable', () => disableAccount(accountId, audit)),
        'The account is disabled; all sessions have ended',
      )
    case 'enable':
      return answer(
        await onceAsked('account.enable', () => enableAccount(accountId, audit)),
        'The account may sign in again',
      )
    case 'second-factor':
      return answer(
        await onceAsked('second_factor.reset', () => resetSecondFactor(accountId, audit)),
        'The second factor is gone; the password is enough',
      )
    case 'password': {
      const reset = await onceAsked('account.password_reset', () => resetPassword(accountId, audit))
      return reset.ok ? data({ password: reset.value.password }) : refused(form, reset, page)
    }
    case 'session': {
      const { sessionId } = read.data
      return answer(await endSessionOnce(form, signedIn, { accountId, sessionId }), 'The session has ended')
    }
    case 'sessions': {
      const ended = await onceForm<number, never>(form, signedIn, 'session.revoke_all', async () => ({
        ok: true,
        value: await revokeSessions({ accountId, except: session.sessionId }, audit),
      }))
      if (!ended.ok) return refused(form, ended, page)
      return doneAt(page, ended.value === 1 ? 'One session has ended' : `${ended.value} sessions have ended`)
    }
  }
}

type Code = AccountRefusal | 'own_account' | 'unchanged' | 'role_moved' | 'no_session' | RepeatRefusal
type Refusal = { ok: false; code: Code } | ConfirmationRefusal

function refused(form: URLSearchParams, refusal: Refusal, page: string) {
  if (isPasswordRefusal(refusal)) return refusePassword(form, refusal, page)
  switch (refusal.code) {
    case 'unknown_account':
      throw notFound()
    case 'not_owner':
      throw notAllowed()
    case 'in_progress':
    case 'key_reused':
      return refuseRepeat(form, refusal.code)
    case 'unchanged':
      return refuseForm(form, 'This is its role already.')
    case 'role_moved':
      return refuseForm(form, 'Somebody else has changed the role meanwhile. This is what it is now.')
    case 'no_session':
      return refuseForm(form, 'This session has ended already.')
    case 'last_owner':
      return refuseForm(form, 'This is the only owner who can sign in. Make another owner first.')
    case 'own_account':
      return refuseForm(form, 'Change your own password and second factor under “Your account”.')
  }
}
