import { data, redirect } from '@remix-run/node'
import { confirmPassword, type Enrolled, type NewSession, type OwnChange } from '@/lib/accounts'
import { doneAt } from './console-notice'
import { clientOf, type RequestContext } from '../web/request-context'
import { afterTheEnd, type SignedIn } from '../web/require-principal'
import { sessionCookie } from '../web/session-cookie'

/** What a form about an account's security shows when nothing was changed. */
export interface SecurityProblem {
  /** Without one, that nothing was changed. */
  title?: string
  problem: string
  /** The id of the field to mend; without one the problem is not about a field. */
  fieldId?: string
}

/** A form that none of the page's buttons sends changes nothing. */
export function refuseUnknownForm() {
  return refuseChange('This form cannot be read. Load the page again.')
}

export function refuseChange(problem: string, status = 422, headers: Record<string, string> = {}) {
  return data<SecurityProblem>({ problem }, { status, headers })
}

/** The same, said of one field of the form. */
export function refuseField(fieldId: string, problem: string) {
  return data<SecurityProblem>({ problem, fieldId }, { status: 422 })
}

/**
 * Asks for the password again, so that a session left open, or stolen, cannot change how the account signs in.
 * The field's id is made of the form's step, of what it is about, and of its own name.
 *
 * @returns the answer that refuses, or null when the password is right
 */
export async function refuseWithoutPassword({ principal, audit }: SignedIn, form: URLSearchParams) {
  const password = form.get('password') ?? ''
  const checked = await confirmPassword({ accountId: principal.accountId, password }, audit)
  if (checked.ok) return null
  if (checked.code !== 'wrong_password') return waitFirst(checked)
  const fieldId = [form.get('step'), form.get('id'), 'password'].filter(Boolean).join('-')
  return refuseField(fieldId, 'The password is wrong.')
}

/** Who changes how their own account signs in, by a form of this request. */
export function ownChange(
  { principal, session }: SignedIn,
  context: Pick<RequestContext, 'address' | 'userAgent'>,
): OwnChange {
  return { accountId: principal.accountId, sessionId: session.sessionId, client: clientOf(context) }
}

/** A second factor was added: this browser gets its new session, and recovery codes where there were none. */
export function enrolledAnswer({ session, recoveryCodes = [] }: Enrolled) {
  return data({ recoveryCodes }, { headers: { 'Set-Cookie': sessionCookie(session) } })
}

/** How the account signs in has changed: this browser goes on with its new session, and the next page says so. */
export async function changedAt(page: string, session: NewSession, title: string) {
  const answer = await doneAt(page, title, 'Your other sessions have ended.')
  answer.headers.append('Set-Cookie', sessionCookie(session))
  return answer
}

/** The session was ended, here or by an owner, while the change was on its way. */
export function signInAgain() {
  return redirect(afterTheEnd('/admin/security'), 303)
}

export function waitFirst({ retryAfterSeconds }: { retryAfterSeconds: number }) {
  return refuseChange(`Too many attempts. Try again in ${retryAfterSeconds} seconds.`, 429, {
    'Retry-After': String(retryAfterSeconds),
  })
}
