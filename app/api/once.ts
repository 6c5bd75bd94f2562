import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Failure } from '@/app/web/envelope'
import type { RequestContext } from '@/app/web/request-context'
import { visitorToken } from '@/app/web/visitor'
import { networkOf } from '@/lib/network-of'
import type { Principal } from '@/lib/accounts/principal'
import { config } from '@/lib/config'
import type { Connection } from '@/lib/database'
import { beginOnce, type RepeatableRequest, type Run } from '@/lib/idempotency/idempotency'
import type { Call } from './describe'
import { isLasting, type WrittenAnswer } from './outcome'

/** `Idempotency-Key`: a request that is sent again changes nothing twice and gets the same answer. */

export type Claimed =
  | { state: 'run'; once: Once }
  | { state: 'answered'; written: WrittenAnswer }
  | { state: 'refused'; failure: Failure }

/** A request that is ours to run. */
export interface Once {
  /** Keeps the answer, in the transaction of its effect where there is one. */
  settle(written: WrittenAnswer, connection: Connection): Promise<void>
  /** Runs the request, and keeps a lasting answer that was not kept yet. */
  finish<Answer extends Response | { written: WrittenAnswer }>(run: () => Promise<Answer>): Promise<Answer>
  /** The same whenever this request is sent again: a name for what it makes. Nobody else can know it. */
  secretName: string
}

/** What the caller sends, as far as it makes the request this one and no other. */
interface Sent {
  principal: Principal
  request: Request
  context: Pick<RequestContext, 'address'>
  body: unknown
  text: string
}

/** Of many requests with one key, one is ours to run; the others get its answer, or hear why not. */
export async function claimRequest(
  header: string,
  call: Pick<Call, 'method' | 'path'>,
  sent: Sent,
): Promise<Claimed> {
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    return refused('malformed', 'Idempotency-Key must be 1 to 255 visible ASCII characters.')
  }
  const scope = `${await callerName(sent)} ${call.method} ${call.path}`.slice(0, 255)
  const claim = { scope, key: header, content: sent.text }
  const begun = await beginOnce(claim)
  switch (begun.state) {
    case 'run':
      return { state: 'run', once: onceOf(begun.run, claim) }
    case 'answered':
      return { state: 'answered', written: kept.parse(JSON.parse(begun.answer)) }
    case 'in_progress':
      return refused('in_progress', 'A request with this Idempotency-Key is being answered.', {
        'Retry-After': '1',
      })
    case 'key_reused':
      return refused('key_reused', 'This Idempotency-Key was used for another request.')
  }
}

function onceOf(run: Run, { scope, key }: RepeatableRequest): Once {
  let isSettled = false
  const settle = async (written: WrittenAnswer, connection?: Connection) => {
    await run.settle(JSON.stringify(written), connection)
    isSettled = true
  }
  return {
    settle,
    async finish(work) {
      try {
        const answer = await work()
        if (isSettled) return answer
        if ('written' in answer && isLasting(answer.written.status)) await settle(answer.written)
        else await run.giveUp()
        return answer
      } catch (error) {
        // An answer that was kept and committed stays.
        await run.giveUp().catch(() => {})
        throw error
      }
    },
    secretName: hmac(`idempotency ${scope}`, key).slice(0, 32),
  }
}

/**
 * Whose key it is. Somebody without a role is known by the hold's token, the visitor's cookie, or else the address;
 * so a key should not be guessable.
 */
async function callerName({ principal, request, context, body }: Sent): Promise<string> {
  switch (principal.kind) {
    case 'admin':
      return `admin:${principal.accountId}`
    case 'token':
      return `token:${principal.tokenId}`
    case 'nobody': {
      const token = holdTokenIn(body) ?? (await visitorToken(request))
      return token === null
        ? `address:${networkOf(context.address ?? 'unknown')}`
        : `visitor:${hmac('visitor', token)}`
    }
  }
}

function holdTokenIn(body: unknown): string | null {
  const named = typeof body === 'object' && body !== null && 'holdToken' in body ? body.holdToken : null
  return typeof named === 'string' ? named : null
}

const kept: z.ZodType<WrittenAnswer> = z.object({
  status: z.int(),
  body: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
})

function hmac(purpose: string, text: string): string {
  return createHmac('sha256', config().sessionSecret).update(`${purpose}\0${text}`).digest('base64url')
}

function refused(
  code: 'malformed' | 'in_progress' | 'key_reused',
  message: string,
  headers?: Record<string, string>,
): Claimed {
  return { state: 'refused', failure: { code, message, headers } }
}
