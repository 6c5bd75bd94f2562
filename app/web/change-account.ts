import { data } from '@remix-run/node'
import { z } from 'zod'
import {
  type AccountRefusal,
  changeRole,
  disableAccount,
  enableAccount,
  getAccount,
  resetPassword,
  resetSecondFactor,
  revokeSession,
  revokeSessions,
  roles,
} from '@/lib/accounts'
import { recordAudit } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { doneAt } from './console-notice'
import { refuseForm, refuseUnreadable } from './form-refusal'
import { notFound } from './not-found'
import type { SignedIn } from './require-principal'

const forms = z.discriminatedUnion('form', [
  z.object({ form: z.literal('role'), role: z.enum(roles) }),
  z.object({ form: z.enum(['disable', 'enable', 'password', 'second-factor', 'sessions']) }),
  z.object({ form: z.literal('session'), sessionId: z.string() }),
])

/** The forms of an admin's account. A new password is on this answer alone. */
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
  const answer = (result: { ok: true } | { ok: false; code: Refusal }, done: string) =>
    result.ok ? doneAt(page, done) : refused(form, result.code)
  switch (read.data.form) {
    case 'role':
      if (account.role === read.data.role) return refuseForm(form, 'This is its role already.')
      return answer(
        await changeRole(accountId, read.data.role, audit),
        'The role is changed; all sessions have ended',
      )
    case 'disable':
      return answer(
        await disableAccount(accountId, audit),
        'The account is disabled; all sessions have ended',
      )
    case 'enable':
      return answer(await enableAccount(accountId, audit), 'The account may sign in again')
    case 'second-factor':
      return answer(
        await resetSecondFactor(accountId, audit),
        'The second factor is gone; the password is enough',
      )
    case 'password': {
      const reset = await resetPassword(accountId, audit)
      return reset.ok ? data({ password: reset.value.password }) : refused(form, reset.code)
    }
    case 'session':
      return (await revokeSession({ accountId, sessionId: read.data.sessionId }, audit))
        ? doneAt(page, 'The session has ended')
        : refuseForm(form, 'This session has ended already.')
    case 'sessions': {
      const ended = await revokeSessions({ accountId, except: session.sessionId }, audit)
      return doneAt(page, ended === 1 ? 'One session has ended' : `${ended} sessions have ended`)
    }
  }
}

type Refusal = AccountRefusal | 'own_account'

function refused(form: URLSearchParams, code: Refusal) {
  switch (code) {
    case 'unknown_account':
      throw notFound()
    case 'last_owner':
      return refuseForm(form, 'This is the only owner who can sign in. Make another owner first.')
    case 'own_account':
      return refuseForm(form, 'Change your own password and second factor under “Your account”.')
  }
}
