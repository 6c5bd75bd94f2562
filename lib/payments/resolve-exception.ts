import { recordAudit, type AuditContext } from '@/lib/accounts/audit-log'
import { describeActor } from '@/lib/accounts/audit-log/entry'
import { database } from '@/lib/database'
import { askAboutRefund } from './ask-about-refund'
import { getException } from './read-exceptions'
import { assignException, type Assignment } from './resolve-assign'
import { dismissException } from './resolve-dismiss'
import { expandForException } from './resolve-expand'
import { refundException } from './resolve-refund'
import { restockForException, type RestockOptions } from './resolve-restock'
import {
  type RefusalCode,
  refundedMeanwhile,
  type ResolutionResult,
  type Resolver,
} from './resolution-result'

/** What an admin wants done, with the figures that they saw. */
export type WantedResolution =
  | { type: 'refund'; expectedRefundedCents: number }
  /** What became of a refund that is on its way. */
  | { type: 'ask' }
  | { type: 'expand'; mostAdded: number }
  | ({ type: 'assign' } & Assignment)
  | ({ type: 'restock'; expectedDisputes: number } & Omit<RestockOptions, 'expectedDisputes'>)
  | { type: 'dismiss'; expectedRefundedCents: number; expectedDisputes: number }

/** Who does it, and why. */
export interface AdminResolver {
  audit: AuditContext
  reason: string | null
}

/**
 * Resolves an exception in an admin's name, and writes it to the audit log: with the change where it is made, else
 * with the code of what stood against it. Of a refund it tells twice: before Stripe is asked, and what came of it.
 */
export async function resolveException(
  exceptionId: number,
  wanted: WantedResolution,
  { audit, reason }: AdminResolver,
): Promise<ResolutionResult> {
  const { label } = describeActor(audit.actor)
  const event = {
    action: `exception.${wanted.type}`,
    target: String(exceptionId),
    reason: reason ?? undefined,
  }
  let isRecorded = false
  const resolver: Resolver = {
    actor: label,
    authorizedBy: label,
    reason,
    recordRefund: (trx) =>
      recordAudit(trx, audit, {
        ...event,
        action: 'exception.begin_refund',
        outcome: 'applied',
        after: { state: 'resolving' },
      }),
    record: async (trx, resolution) => {
      await recordAudit(trx, audit, { ...event, outcome: 'applied', after: { resolution } })
      isRecorded = true
    },
  }
  try {
    const result = await resolve(exceptionId, wanted, resolver)
    if (!result.ok)
      await recordAudit(database(), audit, { ...event, outcome: outcomeOf(result.code), code: result.code })
    // A refund on its way closes nothing yet.
    else if (!isRecorded)
      await recordAudit(database(), audit, {
        ...event,
        outcome: 'applied',
        after: { resolution: result.resolution },
      })
    return result
  } catch (error) {
    await recordAudit(database(), audit, { ...event, outcome: 'failed', code: 'unexpected' }).catch(
      () => undefined,
    )
    throw error
  }
}

async function resolve(
  exceptionId: number,
  wanted: WantedResolution,
  resolver: Resolver,
): Promise<ResolutionResult> {
  switch (wanted.type) {
    case 'refund': {
      const exception = await getException(exceptionId)
      if (exception?.state === 'open' && exception.refundedCents !== wanted.expectedRefundedCents)
        return refundedMeanwhile()
      return refundException(exceptionId, resolver)
    }
    case 'ask':
      return askAboutRefund(exceptionId)
    case 'expand':
      return expandForException(exceptionId, resolver, wanted)
    case 'assign':
      return assignException(exceptionId, wanted, resolver)
    case 'restock':
      return restockForException(exceptionId, resolver, wanted)
    case 'dismiss':
      return dismissException(exceptionId, { ...resolver, reason: resolver.reason ?? '' }, wanted)
  }
}

/** What we could not do is a failure of ours; the rest is a rule. */
function outcomeOf(code: RefusalCode): 'refused' | 'failed' {
  return code === 'payment_unavailable' || code === 'refund_refused' ? 'failed' : 'refused'
}
