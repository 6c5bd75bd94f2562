import { failureOf } from '@/app/api/admin-refusal'
import type { AskedCall, HandlerOf } from '@/app/api/answer'
import { figuresOf } from '@/app/api/audit-figures'
import type { expandInventoryCall, resetInventoryCall } from '@/app/api/calls/change-inventory'
import { type CallOutcome, done, failed } from '@/app/api/outcome'
import { type AuditEvent, recordAudit } from '@/lib/accounts/audit-log'
import { actorName } from '@/lib/accounts/principal'
import type { Applied } from '@/lib/inventory/outcomes'
import type { RecordChange } from '@/lib/inventory/execute'
import { expandCapacity, resetCity } from '@/lib/inventory/admin'

export const expandOne: HandlerOf<typeof expandInventoryCall> = async (asked) => {
  const { cityId, tier, additionalSpots, authorizedBy, reason } = asked.body
  const doneWith = (newLimit: number) => done({ cityId, tier, additionalSpots, newLimit })
  const result = await expandCapacity(cityId, tier, additionalSpots, {
    actor: actorName(asked.principal),
    authorizedBy,
    reason,
    record: recordWith(asked, 'inventory.expand', ({ limit }) => doneWith(limit)),
  })
  if (!result.ok) return failed(failureOf(result))
  return published(asked, doneWith(result.limit))
}

export const resetOne: HandlerOf<typeof resetInventoryCall> = async (asked) => {
  const { cityId, authorizedBy, reason } = asked.body
  const doneWith = (forgottenSeats: number) => done({ cityId, forgottenSeats })
  const result = await resetCity(cityId, {
    actor: actorName(asked.principal),
    authorizedBy,
    reason,
    record: recordWith(asked, 'inventory.reset', ({ quantity }) => doneWith(quantity)),
  })
  if (!result.ok) return failed(failureOf(result))
  return published(asked, doneWith(result.forgotten))
}

type Asked<Data> = AskedCall<
  unknown,
  unknown,
  { cityId: string; authorizedBy: string; reason?: string | null | undefined },
  Data
>

/** Audit row, answer for a repeated request and change of stock are one transaction. */
function recordWith<Data>(
  { body, audit, settle }: Asked<Data>,
  action: AuditEvent['action'],
  doneWith: (applied: Applied) => CallOutcome<Data>,
): RecordChange {
  return async (trx, { outcomes, entries }) => {
    const outcome = outcomes[0]?.[0]
    if (outcome?.status !== 'applied') return
    const { cityId, authorizedBy, reason } = body
    await recordAudit(trx, audit.context, {
      action,
      target: cityId,
      outcome: 'applied',
      ...figuresOf(entries, cityId),
      reason: reason ?? undefined,
      authorizedBy,
    })
    await settle(doneWith(outcome), trx)
  }
}

async function published<Data>(
  { audit, context }: Asked<Data>,
  answer: CallOutcome<Data>,
): Promise<CallOutcome<Data>> {
  audit.isRecorded = true
  await context.liveStock.refresh()
  return answer
}
