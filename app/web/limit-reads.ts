import type { Request, RequestHandler, Response } from 'express'
import type { RateLimitName } from '@/lib/config'
import { failure, rateLimited } from './envelope'
import { identityOf } from './identify'
import { countLimited } from './metrics'
import type { Caller, RequestLimits } from './rate-limits/request-limits'
import { send } from './send'

/**
 * The limit that every request meets: of the token it carries, else of its address. Stripe's webhooks and the
 * probes of load balancers are exempt. What costs more than a read has limits of its own besides.
 */
export function limitReads(limits: RequestLimits): RequestHandler {
  return (request, response, next) => {
    if (exempt.has(request.path) || identityOf(response).isCounted) return next()
    const admit = async () => {
      const { name, caller } = await budgetOf(request, response)
      if (await mayPass(limits, name, caller, response)) next()
    }
    admit().catch(next)
  }
}

/** @returns false when it was refused, and the answer is sent */
export async function mayPass(
  limits: RequestLimits,
  name: RateLimitName,
  caller: Caller,
  response: Response,
): Promise<boolean> {
  identityOf(response).isCounted = true
  const wait = await limits.count(name, caller)
  if (wait === null) return true
  countLimited(name)
  await send(failure(identityOf(response), rateLimited(wait)), response)
  return false
}

const exempt = new Set(['/api/webhooks/stripe', '/healthz', '/readyz'])

async function budgetOf(
  { ip, headers }: Request,
  response: Response,
): Promise<{ name: RateLimitName; caller: Caller }> {
  const address = { address: ip ?? null }
  if (headers.authorization === undefined) return { name: 'read', caller: address }
  // While the database is away nobody is known; the route will say so.
  const bearer = await identityOf(response)
    .authentication.bearer()
    .catch(() => null)
  if (!bearer || bearer.kind === 'none') return { name: 'read', caller: address }
  if (bearer.kind === 'token') return { name: 'token', caller: { tokenId: bearer.principal.tokenId } }
  // Guessing tokens is signing in.
  return { name: 'sign-in', caller: address }
}
