import { revokeSession } from '@/lib/accounts'
import type { SignedIn } from '@/app/web/require-principal'
import { onceForm } from './once-form'

/** Ends a session of an account by a form: once, even if its button is pressed twice. */
export function endSessionOnce(
  form: URLSearchParams,
  signedIn: SignedIn,
  session: { accountId: string; sessionId: string },
) {
  return onceForm(form, signedIn, 'session.revoke', async () =>
    (await revokeSession(session, signedIn.audit))
      ? { ok: true as const, value: null }
      : { ok: false as const, code: 'no_session' as const },
  )
}
