import type { CurrentSession } from '@/lib/accounts/sessions'
import type { Principal } from '@/lib/accounts/principal'
import { authenticateBearer, tokenPrincipal } from '@/lib/accounts/tokens'
import { sessionToken } from './session-cookie'

/** What a request says about who sends it. Looked up once, unless it is forgotten, and only when it is needed. */
export interface Authentication {
  /** What an `Authorization` header amounts to. */
  bearer: () => Promise<BearerResult>
  /** The live session of the cookie. Its `principal` is of kind `nobody` until the sign-in is complete. */
  session: () => Promise<CurrentSession | undefined>
  /** The token of the session's cookie, good or not. */
  sessionToken: string | undefined
  /** From here on `session` is the one of this token: for what is loaded after a form that the cookie's has ended by. */
  goOnWith: (token: string) => void
  /** From here on both are looked up anew. */
  forget: () => void
}

export type BearerResult =
  { kind: 'none' } | { kind: 'invalid' } | { kind: 'token'; principal: Extract<Principal, { kind: 'token' }> }

/** @param sessionOf looks up a cookie's token, and notes that the session was used if a person made the request */
export function authenticationOf(
  headers: { authorization?: string | undefined; cookie?: string | undefined },
  sessionOf: (token: string) => Promise<CurrentSession | undefined>,
): Authentication {
  const token = sessionToken(headers.cookie)
  const ownSession = () => once(async () => (token === undefined ? undefined : sessionOf(token)))
  const ownBearer = () => once(() => readBearer(headers.authorization))
  let [session, bearer] = [ownSession(), ownBearer()]
  return {
    bearer: () => bearer(),
    session: () => session(),
    sessionToken: token,
    goOnWith: (newToken) => void (session = once(() => sessionOf(newToken))),
    forget: () => void ([session, bearer] = [ownSession(), ownBearer()]),
  }
}

/**
 * Who calls an endpoint: the token's owner if there is a header, else the account that is signed in.
 *
 * @returns null for a header that is not good: such a call is refused, never taken for one without a header
 */
export async function callerOf({ bearer, session }: Authentication): Promise<Principal | null> {
  const header = await bearer()
  switch (header.kind) {
    case 'invalid':
      return null
    case 'token':
      return header.principal
    case 'none':
      return (await session())?.principal ?? { kind: 'nobody' }
  }
}

async function readBearer(header: string | undefined): Promise<BearerResult> {
  if (header === undefined) return { kind: 'none' }
  const bearer = await authenticateBearer(header)
  if (bearer.kind === 'invalid') return bearer
  const principal = tokenPrincipal(bearer)
  return principal.kind === 'token' ? { kind: 'token', principal } : { kind: 'invalid' }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => (answer ??= ask())
}
