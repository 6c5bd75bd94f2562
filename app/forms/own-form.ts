import { toldAgain } from './kept-session'
import { onceBy, repeatable, type RepeatRefusal } from './once-form'
import type { RequestContext } from '@/app/web/request-context'
import { justEnded, requirePrincipal, type SignedIn } from '@/app/web/require-principal'

/** Whose form about how they sign in came. */
export interface OwnSender {
  accountId: string
  sessionId: string
  /** Null where their session has just ended, maybe by the first press of this very form. */
  signedIn: SignedIn | null
}

/** @throws Response 303 to the sign-in for everybody else */
export async function ownSender(context: RequestContext): Promise<OwnSender> {
  const session = await context.authentication.session()
  const ended = session ? undefined : await justEnded(context)
  if (ended) return { ...ended, signedIn: null }
  const signedIn = await requirePrincipal(context, 'see')
  return { accountId: signedIn.principal.accountId, sessionId: signedIn.session.sessionId, signedIn }
}

/**
 * Does once what somebody changes of how they sign in, however often the form's button is pressed.
 *
 * Mostly the change ends their sessions. The second press then comes with a cookie that is worth nothing any more. Its
 * browser may have dropped the answer to the first press, with the new session and the recovery codes. So the second press
 * is told the same as the first if it brings the same form, its hidden key and the same session: for a minute, and only
 * while the new session lives. This lets nobody else in. Who has only the old cookie has neither the key nor what was
 * typed. Who has all of it could have sent the form first.
 *
 * @param action as in the audit log
 * @param work what is done for whoever is signed in still. Its value must be plain JSON, with the new session, if any, as
 * `session`; it is kept sealed for a day
 */
export async function onceOwn<Value, Refusal extends { ok: false; code: string }>(
  { context, form, sender }: OwnForm,
  action: string,
  work: (signedIn: SignedIn) => Promise<{ ok: true; value: Value } | Refusal>,
): Promise<{ ok: true; value: Value } | Refusal | OwnRepeatRefusal> {
  const { signedIn, accountId, sessionId } = sender
  const request = repeatable(form, `console:${accountId} ${action} by ${sessionId}`)
  if (signedIn) return request ? onceBy(request, () => work(signedIn)) : work(signedIn)
  const again = await toldAgain(request)
  if (!again) return { ok: false, code: 'session_ended' }
  // The page that shows the answer is loaded by whom the new session belongs to.
  context.authentication.goOnWith(again.token)
  return { ok: true, value: again.value as Value }
}

/** A form about how its sender signs in, as it came. */
export interface OwnForm {
  context: Pick<RequestContext, 'authentication' | 'address' | 'userAgent'>
  form: URLSearchParams
  sender: OwnSender
}

export type OwnRepeatRefusal = { ok: false; code: RepeatRefusal | 'session_ended' }
