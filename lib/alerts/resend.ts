import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { AlertChannel } from '@/db/schema'
import { type Attempt, audited, type AuditContext } from '@/lib/accounts/audit-log'
import type { Trx } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'
import { enqueue, queueSender } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import type { Result } from '@/lib/result'
import { referenceOf, type DeliveryKey } from './claim'
import { maskRecipients } from '@/lib/mask-recipients'
import { deliveryName } from './delivery-name'
import { isTold, planDeliveries } from './plan'
import { loadTargets } from './targets'

export type ResendRefusal =
  | 'unknown_delivery'
  /** It is being tried already. */
  | 'on_its_way'
  | 'not_configured'
  /** Whom it went to has been taken off the list since. */
  | 'no_longer_told'

/**
 * Sends an alert once more, by one channel to one target. The message gets a new reference, or receivers would take
 * it for one that they have. A delivery without a target goes to whom the channel reaches by now.
 *
 * @param delivery its name (`deliveryName`)
 */
export async function resendAlert(
  { alertId, delivery }: { alertId: string; delivery: string },
  context: AuditContext,
): Promise<Result<null, ResendRefusal>> {
  await queueSender()
  const result = await audited(
    context,
    { action: 'alert.resend', target: alertId },
    async (trx): Promise<Attempt<null, ResendRefusal>> => {
      const found = isUuid(alertId) ? await findDelivery(trx, alertId, delivery) : undefined
      const state = found && (await lockState(trx, found))
      if (!found || state === undefined) return { ok: false, code: 'unknown_delivery' }
      const { channel, target } = found
      if (state !== 'sent' && state !== 'failed' && state !== 'skipped')
        return { ok: false, code: 'on_its_way' }
      const targets = await loadTargets(trx)
      if (targets[channel].length === 0) return { ok: false, code: 'not_configured' }
      if (target !== '' && !isTold(found, targets)) return { ok: false, code: 'no_longer_told' }
      const chosen = target === '' ? planDeliveries([channel], targets).map((one) => one.target) : [target]
      await sendAgain(trx, found.alertId, channel, chosen)
      if (target === '') await noteMadeUp(trx, found)
      const after = { targets: chosen.map(maskRecipients) }
      return { ok: true, value: null, before: { channel, state }, after }
    },
  )
  if (result.ok) wakeWorkers('alerts')
  return result
}

async function findDelivery(trx: Trx, alertId: string, name: string): Promise<DeliveryKey | undefined> {
  // The primary key's first column.
  const keys = await trx
    .selectFrom('alert_deliveries')
    .select(['alert_id as alertId', 'channel', 'target'])
    .where('alert_id', '=', alertId)
    .execute()
  return keys.find((key) => deliveryName(key) === name)
}

async function lockState(trx: Trx, { alertId, channel, target }: DeliveryKey) {
  const row = await trx
    .selectFrom('alert_deliveries')
    .select('state')
    .where('alert_id', '=', alertId)
    .where('channel', '=', channel)
    .where('target', '=', target)
    .forUpdate()
    .executeTakeFirst()
  return row?.state
}

async function sendAgain(
  trx: Trx,
  alertId: string,
  channel: AlertChannel,
  targets: readonly string[],
): Promise<void> {
  const again = targets.map((target) => ({
    alert_id: alertId,
    channel,
    target,
    state: 'pending' as const,
    attempts: 0,
    provider_id: referenceOf({ alertId: randomUUID(), channel, target }),
    last_error: null,
    next_try_at: sql<Date>`app_now()`,
    updated_at: sql<Date>`app_now()`,
  }))
  await trx
    .insertInto('alert_deliveries')
    .values(again)
    .onConflict((conflict) =>
      conflict.columns(['alert_id', 'channel', 'target']).doUpdateSet((eb) => ({
        state: eb.ref('excluded.state'),
        attempts: eb.ref('excluded.attempts'),
        provider_id: eb.ref('excluded.provider_id'),
        last_error: eb.ref('excluded.last_error'),
        next_try_at: eb.ref('excluded.next_try_at'),
        updated_at: eb.ref('excluded.updated_at'),
      })),
    )
    .execute()
  await enqueue(
    trx,
    'alerts',
    targets.map((target) => ({ alertId, channel, target })),
  )
}

/** What was skipped has been made up for: its row without a target says so. */
async function noteMadeUp(trx: Trx, { alertId, channel }: DeliveryKey): Promise<void> {
  await trx
    .updateTable('alert_deliveries')
    .set({ last_error: 'sent later, once the channel was configured', updated_at: sql<Date>`app_now()` })
    .where('alert_id', '=', alertId)
    .where('channel', '=', channel)
    .where('target', '=', '')
    .execute()
}
