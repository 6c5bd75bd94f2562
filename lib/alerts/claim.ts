import { sql } from 'kysely'
import type { AlertChannel } from '@/db/tables/alerts'
import type { Connection, Trx } from '@/lib/database'
import { log } from '@/lib/log'
import type { PayloadOf } from '@/lib/queues/definitions'
import { enqueue } from '@/lib/queues/send'
import type { Alert } from './alert'
import { callTimeoutMs } from './channels/channel'
import { decideClaim, type DeliveryKey, type WaitingDelivery } from './decide-claim'
import { dueIn } from './due'
import { handOver } from './hand-over'
import { type AlertTargets, isTold } from './plan'
import { loadAlertSettings } from './settings'
import { targetsBy } from './targets'

/** A job of the `alerts` queue that has a channel. Every later try is the same job again. */
export type DeliveryJob = PayloadOf<'alerts'> & DeliveryKey

/** Deliveries that this process may make now; nobody else will touch them until the lease ends. */
export interface ClaimedDelivery {
  channel: AlertChannel
  target: string
  alerts: [Alert, ...Alert[]]
  reference: string
  /** What led here, and is the job of the next try, too. */
  job: DeliveryJob
  /** The try that this is, of that alert's delivery. */
  attempt: number
  mayHaveBeenSent: boolean
}

/** The call, and a moment to note its outcome. */
function leaseSecondsOf(channel: AlertChannel): number {
  return callTimeoutMs[channel] / 1_000 + 5
}

/**
 * Takes a delivery, committed before any call to the provider: a process that dies during the call leaves
 * `sending` behind, and after the lease the next one knows that the fate of the message is unclear.
 *
 * Deliveries of the mild levels to one target are taken together and become a digest. From then on they share a
 * reference and are tried, sent or given up together.
 *
 * @returns undefined when there is nothing to send now
 */
export async function claimDelivery(
  connection: Connection,
  job: DeliveryJob,
): Promise<ClaimedDelivery | undefined> {
  return connection.transaction().execute(async (trx) => {
    const { now, waiting } = await lockWaiting(trx, job)
    const settings = await loadAlertSettings(trx)
    const targets = targetsBy(settings)
    const rules = { isTold: isTold(job, targets), quiet: settings.quiet }
    const decision = decideClaim(job, waiting, now, rules)
    switch (decision.kind) {
      case 'nothing':
        return undefined
      case 'look_again': {
        const startAfterSeconds = Math.ceil((decision.at.getTime() - now.getTime()) / 1_000) + 1
        await enqueue(trx, 'alerts', [job], { startAfterSeconds })
        return undefined
      }
      case 'skip':
        await skip(trx, job, decision.alertIds, targets)
        return undefined
      case 'postpone':
        await postpone(trx, job, decision.seconds)
        return undefined
      case 'send': {
        await markSending(trx, job, decision)
        const [first, ...rest] = await readAlerts(trx, decision.alertIds)
        if (!first) return undefined
        const { reference, mayHaveBeenSent } = decision
        const attempt = (waiting.find((delivery) => delivery.alertId === job.alertId)?.attempts ?? 0) + 1
        const { channel, target } = job
        return { channel, target, alerts: [first, ...rest], reference, job, attempt, mayHaveBeenSent }
      }
    }
  })
}

async function lockWaiting(trx: Trx, key: DeliveryKey) {
  // Index alert_deliveries_waiting. In the order of ids, so that two jobs of one target cannot deadlock.
  const rows = await trx
    .selectFrom('alert_deliveries as delivery')
    .innerJoin('alerts as alert', 'alert.id', 'delivery.alert_id')
    .where('delivery.channel', '=', key.channel)
    .where('delivery.target', '=', key.target)
    .where('delivery.state', 'in', ['pending', 'sending', 'unknown'])
    .orderBy('delivery.alert_id')
    .forUpdate('delivery')
    .select([
      'delivery.alert_id as alertId',
      'delivery.state',
      'delivery.attempts',
      'delivery.provider_id as reference',
      'delivery.next_try_at as nextTryAt',
      'alert.level',
    ])
    .execute()
  const clock = await sql<{ now: Date }>`select app_now() as now`.execute(trx)
  return { now: clock.rows[0]?.now ?? new Date(), waiting: rows as WaitingDelivery[] }
}

async function skip(trx: Trx, job: DeliveryJob, alertIds: string[], targets: AlertTargets): Promise<void> {
  const { channel, target } = job
  const reason = targets[channel].length === 0 ? 'the channel reaches nobody any more' : 'no longer told'
  const unclear = `${reason}; an earlier try may have arrived`
  await trx
    .updateTable('alert_deliveries')
    .set({
      state: 'skipped',
      last_error: sql<string>`case when state = 'pending' then ${reason} else ${unclear} end`,
      next_try_at: null,
      updated_at: sql<Date>`app_now()`,
    })
    .where('channel', '=', channel)
    .where('target', '=', target)
    .where('alert_id', 'in', alertIds)
    .execute()
  const others = await handOver(trx, { alertIds, channel, urgent: job.urgent }, targets[channel])
  const about = { alertId: job.alertId, alerts: alertIds.length, channel, others }
  log().warn({ ...about, code: 'alert_skipped' }, 'alert is not sent to somebody who is no longer told')
}

async function postpone(trx: Trx, job: DeliveryJob, seconds: number): Promise<void> {
  await trx
    .updateTable('alert_deliveries')
    .set({ next_try_at: dueIn(seconds), updated_at: sql<Date>`app_now()` })
    .where('alert_id', '=', job.alertId)
    .where('channel', '=', job.channel)
    .where('target', '=', job.target)
    .execute()
  await enqueue(trx, 'alerts', [job], { startAfterSeconds: seconds })
}

async function markSending(
  trx: Trx,
  { channel, target }: DeliveryKey,
  { alertIds, reference }: { alertIds: string[]; reference: string },
): Promise<void> {
  await trx
    .updateTable('alert_deliveries')
    .set({
      state: 'sending',
      attempts: sql`attempts + 1`,
      provider_id: reference,
      next_try_at: sql<Date>`app_now() + make_interval(secs => ${leaseSecondsOf(channel)})`,
      updated_at: sql<Date>`app_now()`,
    })
    .where('channel', '=', channel)
    .where('target', '=', target)
    .where('alert_id', 'in', alertIds)
    .execute()
}

async function readAlerts(trx: Trx, ids: string[]): Promise<Alert[]> {
  return trx
    .selectFrom('alerts')
    .leftJoin('cities', 'cities.id', 'alerts.city_id')
    .where('alerts.id', 'in', ids)
    .orderBy('alerts.created_at')
    .orderBy('subject')
    .orderBy('alerts.id')
    .select(['alerts.id', 'kind', 'level', 'city_id as cityId', 'subject', 'body'])
    .select(['exception_id as exceptionId', 'payment_id as paymentId', 'alerts.created_at as createdAt'])
    .select((eb) => eb.fn.coalesce('cities.time_zone', sql<string>`'UTC'`).as('timeZone'))
    .execute()
}
