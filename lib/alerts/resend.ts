import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { AlertChannel, AlertLevel, DeliveryState } from '@/db/tables/alerts'
import { type Attempt, audited, type AuditContext } from '@/lib/accounts/audit-log'
import type { Trx } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'
import { enqueue, queueSender } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import type { Result } from '@/lib/result'
import { referenceOf, type DeliveryKey } from './decide-claim'
import { maskRecipients } from '@/lib/mask-recipients'
import { deliveryName } from './delivery-name'
import { dueIn } from './due'
import { isMild } from './levels'
import { type AlertTargets, isTold, planDeliveries } from './plan'
import { type QuietHours, quietSecondsLeft } from './quiet-hours'
import { loadAlertSettings } from './settings'
import { targetsBy } from './targets'

export interface Resent {
  /** When it goes out, where it is mild and it is quiet now; null: at once. */
  quietUntil: { at: Date; timeZone: string } | null
}

export type ResendRefusal =
  | 'unknown_delivery'
  /** It is being tried already. */
  | 'on_its_way'
  | 'not_configured'
  /** Whom it went to has been taken off the list since; or was, before it arrived, and all others have it. */
  | 'no_longer_told'

/**
 * Sends an alert once more, by one channel to one target. The message gets a new reference, or receivers would take
 * it for one that they have. A delivery without a target goes to whom the channel reaches by now; one that did not arrive
 * at somebody who is no longer told, to those of them who have not had it. Quiet hours hold for what is sent once more,
 * too.
 *
 * @param delivery its name (`deliveryName`)
 */
export async function resendAlert(
  { alertId, delivery }: { alertId: string; delivery: string },
  context: AuditContext,
): Promise<Result<Resent, ResendRefusal>> {
  await queueSender()
  const result = await audited(
    context,
    { action: 'alert.resend', target: alertId },
    async (trx): Promise<Attempt<Resent, ResendRefusal>> => {
      const found = isUuid(alertId) ? await findDelivery(trx, alertId, delivery) : undefined
      const state = found && (await lockState(trx, found))
      if (!found || state === undefined) return { ok: false, code: 'unknown_delivery' }
      const { channel, target } = found
      if (state !== 'sent' && state !== 'failed' && state !== 'skipped')
        return { ok: false, code: 'on_its_way' }
      const settings = await loadAlertSettings(trx)
      const targets = targetsBy(settings)
      if (targets[channel].length === 0) return { ok: false, code: 'not_configured' }
      const chosen = await chooseTargets(trx, { ...found, state }, targets)
      if (chosen.length === 0) return { ok: false, code: 'no_longer_told' }
      const quiet = await quietFor(trx, found.alertId, settings.quiet)
      await sendAgain(trx, { alertId: found.alertId, channel, targets: chosen, seconds: quiet?.seconds ?? 0 })
      if (target === '') await noteMadeUp(trx, found)
      const after = { targets: chosen.map(maskRecipients) }
      return {
        ok: true,
        value: { quietUntil: quiet && { at: quiet.at, timeZone: quiet.timeZone } },
        before: { channel, state },
        after,
      }
    },
  )
  if (result.ok) wakeWorkers('alerts')
  return result
}

async function chooseTargets(
  trx: Trx,
  { alertId, channel, target, state }: DeliveryKey & { state: DeliveryState },
  targets: AlertTargets,
): Promise<string[]> {
  const told = planDeliveries([channel], targets).map((one) => one.target)
  if (target === '') return told
  if (isTold({ channel, target }, targets)) return [target]
  if (state === 'sent') return []
  // The primary key's first columns. Locked, so that none of them is tried meanwhile.
  const known = await trx
    .selectFrom('alert_deliveries')
    .select(['target', 'state'])
    .where('alert_id', '=', alertId)
    .where('channel', '=', channel)
    .orderBy('target')
    .forUpdate()
    .execute()
  const reached = known.filter((one) => one.state !== 'skipped' && one.state !== 'failed')
  const served = new Set(reached.map((one) => one.target.toLowerCase()))
  return told.filter((one) => !served.has(one.toLowerCase()))
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

/** How long it is still quiet for this alert; null where it is not. */
async function quietFor(trx: Trx, alertId: string, quiet: QuietHours | null) {
  if (quiet === null) return null
  const { rows } = await sql<{ level: AlertLevel | null; now: Date }>`
    select level, app_now() as now from alerts where id = ${alertId}`.execute(trx)
  const [alert] = rows
  if (!alert || !isMild(alert.level)) return null
  const seconds = quietSecondsLeft(quiet, alert.now)
  if (seconds === 0) return null
  return { seconds, at: new Date(alert.now.getTime() + seconds * 1_000), timeZone: quiet.timeZone }
}

async function sendAgain(
  trx: Trx,
  again: { alertId: string; channel: AlertChannel; targets: readonly string[]; seconds: number },
): Promise<void> {
  const { alertId, channel, targets, seconds } = again
  const deliveries = targets.map((target) => ({
    alert_id: alertId,
    channel,
    target,
    state: 'pending' as const,
    attempts: 0,
    provider_id: referenceOf({ alertId: randomUUID(), channel, target }),
    last_error: null,
    next_try_at: dueIn(seconds),
    updated_at: sql<Date>`app_now()`,
  }))
  await trx
    .insertInto('alert_deliveries')
    .values(deliveries)
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
    // Somebody waits for it.
    targets.map((target) => ({ alertId, channel, target, urgent: true as const })),
    { startAfterSeconds: seconds },
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
