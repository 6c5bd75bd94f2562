import { completeSignIn, type SecondFactor } from '@/lib/accounts'
import { findJustEnded } from '@/lib/accounts/sessions'
import { clientOf, type RequestContext } from '@/app/web/request-context'
import { kept, type KeptSession, toldAgain } from './kept-session'
import { onceBy, repeatable } from './once-form'

/**
 * The second step of a sign-in, once, however often its button is pressed. The first press ends the session that both
 * presses come by, and a code works once. So a second press gets the session that the first has begun, as `onceOwn` tells
 * a change again: by the same form, key and session, for a minute, and only while the new session lives.
 */
export async function completeSignInOnce(
  form: URLSearchParams,
  factor: SecondFactor,
  context: RequestContext,
) {
  const { session: current, sessionToken: token } = context.authentication
  if (token === undefined) return { ok: false as const, code: 'session_ended' as const }
  const pending = await current()
  const asked = pending ?? (await findJustEnded(token, 'second_factor'))
  const request = asked ? repeatable(form, `session.second_factor by ${asked.sessionId}`) : null
  if (!pending && asked) {
    const again = await toldAgain(request)
    return again
      ? { ok: true as const, value: again.value as SignedInOnce }
      : { ok: false as const, code: 'session_ended' as const }
  }
  const complete = async () => {
    const { requestId } = context
    const result = await completeSignIn({ token, factor, client: clientOf(context), requestId })
    return result.ok ? { ok: true as const, value: { session: kept(result.session) } } : result
  }
  return request ? onceBy(request, complete) : complete()
}

/** Plain JSON: kept sealed for a day. */
interface SignedInOnce {
  session: KeptSession
}
