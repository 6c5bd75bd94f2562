import { completeSignIn, type SecondFactor } from '@/lib/accounts'
import { findJustEnded } from '@/lib/accounts/sessions'
import { clientOf, type RequestContext } from '@/app/web/request-context'
import { kept, type KeptSession, toldAgain } from './kept-session'
import { onceBy, repeatable } from './once-form'

/**
 * The second step of a sign-in, once, however often its button is pressed. The first press ends the session that both come
 * by, and its code works once. So a second press, of the same form with its hidden key, by that very session, gets the
 * session that the first has begun, for a minute and as long as that one lives. Who has only the cookie has neither the
 * key nor the code, and who has all of it could have sent the first.
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
