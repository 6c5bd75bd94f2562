import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import type { DeliveryState } from '@/db/tables/alerts'
import type { Connection } from '@/lib/database'
import { log } from '@/lib/log'
import type { PayloadOf } from '@/lib/queues/definitions'
import { enqueue } from '@/lib/queues/send'
import type { SendOutcome } from '@/lib/send-outcome'
import type { Channels } from './channels'
import { claimDelivery, type ClaimedDelivery } from './claim'
import { dueIn } from './due'
import { isLastTry, retryDelaySeconds, unclearWaitSeconds } from './retry'
import { loadAlertSettings } from './settings'

/** What the queue should do with the job. What is given up is a dead letter, though it may have arrived. */
export type DeliveryResult = 'done' | 'given_up' | 'may_have_arrived'

/**
 * Makes one delivery: takes it (committed), calls the provider, notes the outcome together with the job of the next
 * try. Safe to run twice at once and to be killed anywhere: each target gets the message once, except that a
 * mail or Slack message whose fate is unclear is sent once more. A text message is looked up first.
 */
export async function deliverAlert(
  connection: Connection,
  channels: Channels,
  publicUrl: string,
  job: PayloadOf<'alerts'>,
): Promise<DeliveryResult> {
  const { channel } = job
  if (channel === 'log') {
    await writeToLog(connection, job.alertId)
    return 'done'
  }
  const claim = await claimDelivery(connection, { ...job, channel })
  if (!claim) return 'done'
  const outcome = await send(channels, claim, publicUrl)
  const canLookUp = channels[channel]?.find !== undefined
  return patiently(() => noteOutcome(connection, { ...claim, canLookUp }, outcome))
}

async function send(
  channels: Channels,
  claim: ClaimedDelivery,
  publicUrl: string,
): Promise<SendOutcome | { kind: 'skipped' }> {
  const channel = channels[claim.channel]
  if (!channel) return { kind: 'skipped' }
  const message = { alerts: claim.alerts, reference: claim.reference, publicUrl }
  const found = claim.mayHaveBeenSent ? await channel.find?.(message, claim.target) : undefined
  return found ?? (await channel.send(message, claim.target))
}

/** A delivery whose try has ended. */
type TriedDelivery = ClaimedDelivery & { canLookUp: boolean }

/** After which a delivery may be tried again. */
type Unsettled = SendOutcome & { kind: 'not_now' | 'unclear' }

async function noteOutcome(
  connection: Connection,
  claim: TriedDelivery,
  outcome: SendOutcome | { kind: 'skipped' },
): Promise<DeliveryResult> {
  const about = logged(claim)
  switch (outcome.kind) {
    case 'sent':
      await settle(connection, claim, { state: 'sent', provider_id: outcome.providerId })
      log().info(about, 'alert sent')
      return 'done'
    case 'skipped':
      await settle(connection, claim, { state: 'skipped', last_error: 'the channel is no longer configured' })
      log().warn({ ...about, code: 'alert_skipped' }, 'alert is not sent by a channel that is not configured')
      return 'done'
    case 'refused':
      await settle(connection, claim, { state: 'failed', last_error: failureOf(claim, outcome) })
      log().error({ ...about, code: 'alert_refused' }, 'alert refused by the provider')
      return 'done'
    case 'not_now':
    case 'unclear': {
      if (isLastTry(outcome.kind, claim)) return giveUp(connection, claim, outcome)
      const seconds = await planNextTry(connection, claim, outcome)
      log().warn({ ...about, code: `alert_${outcome.kind}`, seconds }, 'alert will be tried again')
      return 'done'
    }
  }
}

async function giveUp(
  connection: Connection,
  claim: TriedDelivery,
  outcome: Unsettled,
): Promise<DeliveryResult> {
  await settle(connection, claim, { state: 'failed', last_error: failureOf(claim, outcome) })
  const about = { ...logged(claim), code: 'alert_given_up' }
  if (outcome.kind === 'unclear') {
    log().error(about, 'alert may have arrived, and is not sent again')
    return 'may_have_arrived'
  }
  log().error(about, 'alert could not be delivered')
  return 'given_up'
}

function logged({ channel, reference, attempt, alerts }: ClaimedDelivery) {
  return { alertId: alerts[0].id, alerts: alerts.length, channel, reference, attempt }
}

/** Why a delivery has failed, for the console: with what may have arrived all the same. */
function failureOf(
  { mayHaveBeenSent, canLookUp }: TriedDelivery,
  { kind, detail }: { kind: SendOutcome['kind']; detail: string },
): string {
  if (kind === 'unclear') return `${detail}; it may have arrived`
  return mayHaveBeenSent && !canLookUp ? `${detail}; an earlier try may have arrived` : detail
}

/** The end of a delivery. What was sent is noted whoever holds the claim by now: it is the truth. */
async function settle(
  connection: Connection,
  claim: ClaimedDelivery,
  end: { state: DeliveryState; provider_id?: string | null; last_error?: string },
): Promise<void> {
  await deliveriesOf(connection, claim)
    .set({ ...end, ...trimmed(end.last_error), next_try_at: null, updated_at: sql<Date>`app_now()` })
    .where(
      'state',
      'in',
      end.state === 'sent' ? ['pending', 'sending', 'unknown', 'failed', 'skipped'] : ['sending'],
    )
    .execute()
}

async function planNextTry(
  connection: Connection,
  claim: TriedDelivery,
  outcome: Unsettled,
): Promise<number> {
  const { retrySeconds } = await loadAlertSettings(connection)
  const isUnclear = outcome.kind === 'unclear'
  const atLeast = isUnclear ? (claim.canLookUp ? 0 : unclearWaitSeconds) : (outcome.retryAfterSeconds ?? 0)
  const seconds = retryDelaySeconds(claim.attempt, retrySeconds, { atLeast })
  await connection.transaction().execute(async (trx) => {
    const [updated] = await deliveriesOf(trx, claim)
      .set({
        // That this try did not arrive says nothing of an earlier one.
        state: isUnclear || claim.mayHaveBeenSent ? 'unknown' : 'pending',
        ...trimmed(outcome.detail),
        next_try_at: dueIn(seconds),
        updated_at: sql<Date>`app_now()`,
      })
      .where('state', '=', 'sending')
      .execute()
    // Nothing changed: another process took over after the lease, and plans its own next try.
    if (!updated || updated.numUpdatedRows === 0n) return
    await enqueue(trx, 'alerts', [claim.job], { startAfterSeconds: seconds })
  })
  return seconds
}

function deliveriesOf(connection: Connection, { channel, target, reference, alerts }: ClaimedDelivery) {
  return connection
    .updateTable('alert_deliveries')
    .where('channel', '=', channel)
    .where('target', '=', target)
    .where('provider_id', '=', reference)
    .where(
      'alert_id',
      'in',
      alerts.map((alert) => alert.id),
    )
}

function trimmed(detail: string | undefined): { last_error?: string } {
  return detail === undefined
    ? {}
    : { last_error: detail.replaceAll('\0', '').toWellFormed().slice(0, 1_000) }
}

/** A database that restarts just after the message went out must not make us send it again. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 5) throw error
      await delay(attempt * 500)
    }
  }
}

async function writeToLog(connection: Connection, alertId: string): Promise<void> {
  const alert = await connection.selectFrom('alerts').selectAll().where('id', '=', alertId).executeTakeFirst()
  if (!alert) return
  const { kind, level: alertLevel, city_id: cityId, tier, remaining, subject } = alert
  // Not `level`: that is what the line's own is called, and nobody who looks for warnings would find it.
  log().warn(
    { alertId, kind, alertLevel, cityId, tier, remaining, subject },
    'alert; no channel is configured',
  )
}
