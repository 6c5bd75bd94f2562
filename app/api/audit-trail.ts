import { RateLimiterMemory } from 'rate-limiter-flexible'
import { type AuditContext, recordAudit } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { networkOf } from '@/lib/network-of'
import { isStorableText } from '@/lib/outside-text'
import type { WrittenAnswer } from './outcome'

/** What the audit log says of one call. Every call leaves a row: who made it records it, or the end of the call does. */
export interface AuditTrail {
  context: AuditContext
  /** The handler has written, and it is committed. */
  isRecorded: boolean
  /** As far as it was read: what the caller says of it is recorded with a refusal. */
  body?: unknown
}

/** Records a call that was refused or that failed. */
export async function recordRefusal(
  { context, body }: AuditTrail,
  action: string,
  { code, isOurFault }: { code: string; isOurFault: boolean },
): Promise<void> {
  if (context.actor.kind === 'nobody' && (await isFlood(networkOf(context.address ?? 'unknown')))) return
  await recordAudit(database(), context, {
    action,
    ...claimsOf(body),
    outcome: isOurFault ? 'failed' : 'refused',
    code,
  })
}

/** The code of a written failure. */
export function codeOf({ body }: WrittenAnswer): string {
  return /"code":"([a-z_]+)"/.exec(body)?.[1] ?? 'unknown'
}

/** Strangers can fill no log that nobody can shorten: some rows of each network a minute tell enough. */
const strangers = new RateLimiterMemory({ points: 10, duration: 60 })

async function isFlood(network: string): Promise<boolean> {
  return strangers.consume(network).then(
    () => false,
    () => true,
  )
}

/** What the body says about itself, whether or not it is right. */
function claimsOf(body: unknown): { target?: string; reason?: string; authorizedBy?: string } {
  if (typeof body !== 'object' || body === null) return {}
  const text = (name: string) => {
    const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1]
    return isStorableText(value) ? value : undefined
  }
  return { target: text('cityId'), reason: text('reason'), authorizedBy: text('authorizedBy') }
}
