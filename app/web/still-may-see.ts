import { may } from '@/lib/accounts/principal'
import { findSession } from '@/lib/accounts/sessions'
import { authenticationOf, callerOf } from './authentication'

/**
 * Asks again whether who opened a stream may still see all numbers: sessions end, and tokens are revoked. An open stream
 * does not tell that somebody is there.
 */
export function stillMaySee(request: Request): () => Promise<boolean> {
  const authorization = request.headers.get('authorization') ?? undefined
  const cookie = request.headers.get('cookie') ?? undefined
  return async () => {
    const principal = await callerOf(authenticationOf({ authorization, cookie }, findSession))
    return principal !== null && may(principal, 'see')
  }
}
