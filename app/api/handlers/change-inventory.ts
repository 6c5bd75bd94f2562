import { failureOf } from '@/app/api/admin-refusal'
import type { HandlerOf } from '@/app/api/answer'
import { figuresOf } from '@/app/api/audit-figures'
import type { expandInventory, resetInventory } from '@/app/api/calls/change-inventory'
import { done, failed } from '@/app/api/outcome'
import { recordAudit } from '@/lib/accounts/audit-log'
import { actorName } from '@/lib/accounts/principal'
import { expandCapacity, resetCity } from '@/lib/inventory/admin'

/** Audit row, answer for a repeated request and change of stock are one transaction. */
export const expandOne: HandlerOf<typeof expandInventory> = async (asked) => {
  const { body, principal, audit, context, settle } = asked
  const { cityId, tier, additionalSpots, authorizedBy, reason } = body
  const doneWith = (newLimit: number) => done({ cityId, tier, additionalSpots, newLimit })
  const result = await expandCapacity(cityId, tier, additionalSpots, {
    actor: actorName(principal),
    authorizedBy,
    reason,
    record: async (trx, { outcomes, entries }) => {
      const outcome = outcomes[0]?.[0]
      if (outcome?.status !== 'applied') return
      await recordAudit(trx, audit.context, {
        action: 'inventory.expand',
        target: cityId,
        outcome: 'applied',
        ...figuresOf(entries, cityId),
        reason: reason ?? undefined,
        authorizedBy,
      })
      await settle(doneWith(outcome.limit), trx)
    },
  })
  if (!result.ok) return failed(failureOf(result))
  audit.isRecorded = true
  await context.liveStock.refresh()
  return doneWith(result.limit)
}

export const resetOne: HandlerOf<typeof resetInventory> = async (asked) => {
  const { body, principal, audit, context, settle } = asked
  const { cityId, authorizedBy, reason } = body
  const doneWith = (forgottenSeats: number) => done({ cityId, forgottenSeats })
  const result = await resetCity(cityId, {
    actor: actorName(principal),
    authorizedBy,
    reason,
    record: async (trx, { outcomes, entries }) => {
      const outcome = outcomes[0]?.[0]
      if (outcome?.status !== 'applied') return
      await recordAudit(trx, audit.context, {
        action: 'inventory.reset',
        target: cityId,
        outcome: 'applied',
        ...figuresOf(entries, cityId),
        reason,
        authorizedBy,
      })
      await settle(doneWith(outcome.quantity), trx)
    },
  })
  if (!result.ok) return failed(failureOf(result))
  audit.isRecorded = true
  await context.liveStock.refresh()
  return doneWith(result.forgotten)
}
