import type { Request, RequestHandler, Response as ExpressResponse } from 'express'
import type { RateLimitName } from '@/lib/config'
import { failure, rateLimited, statusOf } from './envelope'
import { identityOf } from './identify'
import { createKnownTokens, type KnownTokens } from './known-tokens'
import { countLimited } from './metrics'
import type { Caller, RequestLimits } from './rate-limits/request-limits'
import { send } from './send'
import { tooManyRequestsPage } from './too-many-requests-page'

/** @param styleSheet its address, for a page that says that the request was refused */
export function limitReads(
  limits: RequestLimits,
  styleSheet: () => Promise<string | undefined>,
): RequestHandler {
  const knownTokens = createKnownTokens()
  return (request, response, next) => {
    if (exempt.test(request.path) || identityOf(response).isCounted) return next()
    const admit = async () => {
      const { name, caller } = await budgetOf(request, response, limits, knownTokens)
      const wait = await secondsToWait(limits, name, caller, response)
      // Remix's client can read only what Remix has written.
      identityOf(response).secondsToWait = wait
      if (wait === null || request.path.endsWith('.data')) next()
      else if (isForPage(request, response))
        await send(pageRefusal(request.method, wait, await styleSheet()), response)
      else await send(failure(identityOf(response), rateLimited(wait)), response)
    }
    admit().catch(next)
  }
}

/** @returns false when it was refused, and the answer is sent */
export async function mayPass(
  limits: RequestLimits,
  name: RateLimitName,
  caller: Caller,
  response: ExpressResponse,
): Promise<boolean> {
  const wait = await secondsToWait(limits, name, caller, response)
  if (wait === null) return true
  await send(failure(identityOf(response), rateLimited(wait)), response)
  return false
}

async function secondsToWait(
  limits: RequestLimits,
  name: RateLimitName,
  caller: Caller,
  response: ExpressResponse,
): Promise<number | null> {
  identityOf(response).isCounted = true
  const wait = await limits.count(name, caller)
  if (wait !== null) countLimited(name)
  return wait
}

function isForPage({ headers }: Request, response: ExpressResponse): boolean {
  return identityOf(response).cspNonce !== '' && headers.accept?.includes('text/html') === true
}

function pageRefusal(method: string, wait: number, styleSheet: string | undefined): Response {
  const refused = rateLimited(wait)
  return new Response(tooManyRequestsPage({ method, wait, styleSheet }), {
    status: statusOf(refused.code),
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'private, no-store',
      ...refused.headers,
    },
  })
}

/** As Remix finds a route: with slashes at the end, and in any case. */
const exempt = /^\/(api\/webhooks\/stripe|healthz|readyz)\/*$/i

async function budgetOf(
  { ip, headers: { authorization } }: Request,
  response: ExpressResponse,
  limits: RequestLimits,
  knownTokens: KnownTokens,
): Promise<{ name: RateLimitName; caller: Caller }> {
  const address = { address: ip ?? null }
  if (authorization === undefined) return { name: 'read', caller: address }
  // Guessing tokens counts as signing in. A caller over that limit has no token looked up, except those that others at
  // the address use.
  const guessing = { name: 'sign-in', caller: address } as const
  if (limits.isRefusing(guessing.name, address) && !knownTokens.isKnown(authorization)) return guessing
  // While the database is away no token can be looked up; the route will say so.
  const bearer = await identityOf(response)
    .authentication.bearer()
    .catch(() => null)
  if (!bearer || bearer.kind === 'none') return { name: 'read', caller: address }
  knownTokens.note(authorization, bearer.kind === 'token')
  return bearer.kind === 'token' ? { name: 'token', caller: { tokenId: bearer.principal.tokenId } } : guessing
}
