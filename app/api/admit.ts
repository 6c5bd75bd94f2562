import { type Failure, rateLimited } from '@/app/web/envelope'
import type { RequestContext } from '@/app/web/request-context'
import { type Deed, leastFor, may, type Principal } from '@/lib/accounts/principal'
import type { Call } from './describe'

export type Admitted = { ok: true; principal: Principal } | { ok: false; failure: Failure }

/**
 * Whether a caller may make a call now.
 *
 * @param principal null for one whose `Authorization` header is not good
 */
export async function admit(
  { who, limit }: Pick<Call, 'who' | 'limit'>,
  principal: Principal | null,
  context: Pick<RequestContext, 'count'>,
): Promise<Admitted> {
  const wait = principal && limit ? await context.count(limit) : null
  return wait === null ? permit(who, principal) : refused(rateLimited(wait))
}

/** The same, but for how often. */
export function permit(who: Call['who'], principal: Principal | null): Admitted {
  if (!principal) return refused(badToken)
  if (who === 'anyone' || may(principal, who)) return { ok: true, principal }
  return refused(principal.kind === 'nobody' ? unauthenticated : forbidden(who, principal))
}

export const unauthenticated: Failure = {
  code: 'unauthenticated',
  message: 'Sign in, or send an API token as Authorization: Bearer.',
}

/** @param deed what the caller may not do */
export function forbidden(deed: Deed, { kind }: Principal): Failure {
  const { role, scope } = leastFor(deed)
  const least = kind === 'token' ? `a token with the scope ${scope}` : `the role ${role}`
  return { code: 'forbidden', message: `This takes ${least}.` }
}

const badToken: Failure = {
  code: 'unauthenticated',
  message: 'The Authorization header holds no token that is valid now.',
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
}

function refused(failure: Failure): Admitted {
  return { ok: false, failure }
}
