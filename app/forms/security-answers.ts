import { data, redirect } from '@remix-run/node'
import type { Enrolled, OwnChange } from '@/lib/accounts'
import { doneAt } from './console-notice'
import { clientOf, type RequestContext } from '@/app/web/request-context'
import { afterTheEnd, type SignedIn } from '@/app/web/require-principal'
import { type RepeatRefusal, repeatTexts, repeatTitles } from './once-form'
import { passwordTexts, tooManyAttempts } from './with-password'
import { kept, keptCookie, type KeptSession } from './kept-session'

/** What a form about an account's security shows when nothing was changed. */
export interface SecurityProblem {
  /** Without one, that nothing was changed. */
  title?: string
  problem: string
  /** The id of the field to mend; without one the problem is not about a field. */
  fieldId?: string
  /** The form that is being done already keeps its key: the next press gets what comes of it. */
  kept?: { form: string; key: string }
}

/** A form that none of the page's buttons sends changes nothing. */
export function refuseUnknownForm() {
  return refuseChange('This form cannot be read. Load the page again.')
}

/** The answer to a form about an account's security that changed nothing. */
export function refuseChange(problem: string, status = 422, headers: Record<string, string> = {}) {
  return data<SecurityProblem>({ problem }, { status, headers })
}

/** What may stand against any form about how its sender signs in. */
type CommonCode =
  RepeatRefusal | 'too_many_attempts' | 'session_ended' | 'unknown_account' | keyof typeof passwordTexts

/**
 * Says why such a form did nothing.
 *
 * @param problems what is said of the codes that are the form's own, or of others in its own words
 */
export function refuseOwn<Code extends string>(
  form: URLSearchParams,
  { code, retryAfterSeconds = 0 }: { ok: false; code: Code; retryAfterSeconds?: number },
  problems: Record<Exclude<Code, CommonCode>, SecurityProblem> & Partial<Record<CommonCode, SecurityProblem>>,
) {
  const own = (problems as Partial<Record<string, SecurityProblem>>)[code]
  if (own) return data(own, { status: 422 })
  const common = code as CommonCode
  switch (common) {
    case 'too_many_attempts':
      return waitFirst(retryAfterSeconds)
    case 'session_ended':
      return signInAgain()
    case 'no_password':
    case 'wrong_password': {
      const fieldId = [nameOf(form), 'password'].filter(Boolean).join('-')
      return data<SecurityProblem>({ problem: passwordTexts[common], fieldId }, { status: 422 })
    }
    case 'unknown_account':
      return refuseChange('This account no longer exists.')
    case 'in_progress':
    case 'key_reused':
      return refuseRepeat(form, common)
  }
}

function refuseRepeat(form: URLSearchParams, code: RepeatRefusal) {
  const keeps = code === 'in_progress' && { kept: { form: nameOf(form), key: form.get('key') ?? '' } }
  return data<SecurityProblem>(
    { title: repeatTitles[code], problem: repeatTexts[code], ...keeps },
    { status: 409 },
  )
}

/** A page may have several forms: they are told apart by their step, and by what they are about. */
function nameOf(form: URLSearchParams): string {
  return [form.get('step'), form.get('id')].filter(Boolean).join('-')
}

/** Who changes how their own account signs in, by a form of this request. */
export function ownChange(
  { principal, session }: SignedIn,
  context: Pick<RequestContext, 'address' | 'userAgent'>,
): OwnChange {
  return { accountId: principal.accountId, sessionId: session.sessionId, client: clientOf(context) }
}

/** A second factor was added: recovery codes, where there were none. */
export interface EnrolledDone {
  session: KeptSession
  recoveryCodes: string[]
}

/** What is told of a second factor that was added, in the form in which it can be told again. */
export function enrolledDone({ session, recoveryCodes = [] }: Enrolled): EnrolledDone {
  return { session: kept(session), recoveryCodes }
}

/** A second factor was added: this browser gets its new session, and the recovery codes. */
export function enrolledAnswer({ session, recoveryCodes }: EnrolledDone) {
  return data({ recoveryCodes }, { headers: { 'Set-Cookie': keptCookie(session) } })
}

/** How the account signs in has changed: this browser goes on with its new session, and the next page says so. */
export async function changedAt(page: string, session: KeptSession, title: string) {
  const answer = await doneAt(page, title, 'Your other sessions have ended.')
  answer.headers.append('Set-Cookie', keptCookie(session))
  return answer
}

/** The session was ended, by an earlier press of the button, elsewhere or by an owner, before the change was made. */
function signInAgain() {
  return redirect(afterTheEnd('/admin/security', 'just'), 303)
}

function waitFirst(seconds: number) {
  return refuseChange(tooManyAttempts(seconds), 429, {
    'Retry-After': String(seconds),
  })
}
